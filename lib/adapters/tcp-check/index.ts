import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { withoutBrackets } from "#lib/adapters/host-name.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import { Settings } from "#lib/adapters/tcp-check/schema.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 120,
  command: ({ host, port, tls, timeoutMs, send }) => {
    const input = send === undefined ? "</dev/null" : "";
    const feed = send === undefined ? "" : `printf '%s\\r\\n' ${shellQuote(send)} | `;
    const name = withoutBrackets(host);
    const call = tls
      ? `openssl s_client -verify_return_error -connect ${shellQuote(`${host}:${port}`)}${/^[\d.:[\]]+$/.test(host) ? "" : ` -servername ${shellQuote(name)}`}`
      : `nc -w ${Math.ceil(timeoutMs / 1000)} ${shellQuote(name)} ${port}`;
    return `${feed}${call} ${input}`.trimEnd();
  },
  executor: async () => (await import("#lib/adapters/tcp-check/executor.ts")).checkTcp,
});

export const tcpCheck = defineAdapter<Settings>({
  id: "tcp-check",
  title: "TCP check",
  description:
    "Connects to a port, on request with TLS, and looks at how long the certificate is valid and at what is said first.",
  components,
  settings: Settings,
  secrets: {},
  proof: { kind: "real", against: "TCP and TLS servers on loopback, with certificates of OpenSSL" },
  example: {
    component: "code",
    settings: {
      title: "The mail gateway greets",
      host: "mail.internal",
      port: 25,
      banner: "220 ",
    },
  },
  operations,
});
