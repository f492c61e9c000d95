import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { freePort } from "#e2e/targets/etcd.ts";

const cache = path.join(
  process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"),
  "lastgood",
  "unleash-7",
);
const program = path.join(cache, "node_modules", "unleash-server", "dist", "server.js");

/** Why Unleash cannot be run here; null: it can. On CI it is installed into a cache folder outside the checkout. */
export function unleashMissing(): string | null {
  if (existsSync(program)) return null;
  if (process.env["CI"] !== "true")
    return "unleash-server@7 is not in the cache folder; run with CI=true to install it.";
  mkdirSync(cache, { recursive: true });
  const options = ["--prefix", cache, "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"];
  const installed = spawnSync("npm", ["install", ...options, "unleash-server@7"], { encoding: "utf8" });
  if (existsSync(program)) return null;
  throw new Error(`unleash-server@7 could not be installed: ${installed.stderr.slice(-2000)}`);
}

export const unleashTokens = {
  admin: "*:*.0123456789abcdef0123456789abcdef-admin",
  client: "default:production.0123456789abcdef0123456789abcdef-client",
  frontend: "default:production.0123456789abcdef0123456789abcdef-frontend",
  otherClient: "default:development.0123456789abcdef0123456789abcdef-client",
};

export type UnleashServer = {
  url: string;
  address: string;
  /** The admin API, as its administrator. Throws for what is not 2xx. */
  call: (method: string, path: string, body?: object) => Promise<unknown>;
  /** A flag that is on for everybody in production. */
  flagOn: (name: string) => Promise<void>;
  /** Whether clients are told that it is on, by Unleash itself. */
  isOn: (name: string) => Promise<boolean>;
  /** How often a flag was turned on or off, as its event log says. */
  switches: (name: string) => Promise<number>;
  stop: () => Promise<void>;
};

/** Unleash on an empty database, on a free port of loopback, calling nobody. */
export async function startUnleash(databaseUrl: string): Promise<UnleashServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [program], {
    cwd: cache,
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_ENV: "production",
      DATABASE_URL: databaseUrl,
      DATABASE_SSL: "false",
      HTTP_HOST: "127.0.0.1",
      HTTP_PORT: String(port),
      PORT: String(port),
      INIT_ADMIN_API_TOKENS: unleashTokens.admin,
      INIT_CLIENT_API_TOKENS: `${unleashTokens.client}, ${unleashTokens.otherClient}`,
      INIT_FRONTEND_API_TOKENS: unleashTokens.frontend,
      CHECK_VERSION: "false",
      SEND_TELEMETRY: "false",
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const ended = once(child, "exit");
  while (!(await isUp(url))) {
    if (child.exitCode !== null) throw new Error(`Unleash did not start:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const get = async (token: string, method: string, at: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}${at}`, {
      method,
      headers: { authorization: token, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${at} answered ${answer.status}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  const call: UnleashServer["call"] = (method, at, body) => get(unleashTokens.admin, method, at, body);
  const features = "/api/admin/projects/default/features";
  return {
    url,
    address: `127.0.0.1:${port}`,
    call,
    flagOn: async (name) => {
      await call("POST", features, { name, type: "release" });
      const at = `${features}/${name}/environments/production`;
      await call("POST", `${at}/strategies`, { name: "default", parameters: {} });
      await call("POST", `${at}/on`, {});
    },
    isOn: async (name) => {
      const at = `/api/client/features/${name}`;
      return ((await get(unleashTokens.client, "GET", at)) as { enabled: boolean }).enabled;
    },
    switches: async (name) => {
      const found = (await call("GET", `/api/admin/events/${name}`)) as { events: { type: string }[] };
      return found.events.filter(({ type }) => /^feature-environment-(?:enabled|disabled)$/.test(type))
        .length;
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  );
}
