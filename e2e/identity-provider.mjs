import http from "node:http";
import { Provider } from "oidc-provider";

/**
 * A real OpenID Connect provider in a process of its own, for tests: `node e2e/identity-provider.mjs REDIRECT_URI`.
 * Prints its issuer. Whoever signs in as `ada` is ada@example.org; a name ending in `-unverified` has an address that
 * nobody checked. Any password will do.
 */
const [redirectUri = ""] = process.argv.slice(2);

const provider = (issuer) =>
  new Provider(issuer, {
    clients: [
      {
        client_id: "lastgood",
        client_secret: "a secret for tests",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    cookies: { keys: ["for tests"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@example.org`,
        email_verified: !id.endsWith("-unverified"),
        name: `Person ${id}`,
      }),
    }),
  });

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const issuer = `http://127.0.0.1:${port}`;
  const handle = provider(issuer).callback();
  server.on("request", (request, response) => void handle(request, response));
  process.stdout.write(`${issuer}\n`);
});
