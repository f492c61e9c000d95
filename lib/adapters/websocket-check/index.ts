import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import { Settings } from "#lib/adapters/websocket-check/schema.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 120,
  command: ({ url, origin, timeoutMs }, _desired, secrets = []) => {
    const words = [
      "curl -sS -i -N --http1.1",
      `--max-time ${Math.ceil(timeoutMs / 1000)}`,
      "-H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13'",
      `-H "Sec-WebSocket-Key: $(head -c 16 /dev/urandom | base64)"`,
    ];
    if (origin !== undefined) words.push(`-H ${shellQuote(`Origin: ${origin}`)}`);
    if (secrets.includes("token")) words.push('-H "Authorization: Bearer $TOKEN"');
    return [...words, shellQuote(url.replace(/^ws/, "http"))].join(" ");
  },
  executor: async () => (await import("#lib/adapters/websocket-check/executor.ts")).checkWebSocket,
});

export const websocketCheck = defineAdapter<Settings>({
  id: "websocket-check",
  title: "WebSocket check",
  description:
    "Opens a WebSocket, on request pings it, sends a message and waits for one that holds what is expected.",
  components,
  settings: Settings,
  secrets: { token: "Sent as bearer token with the handshake" },
  proof: { kind: "real", against: "a Socket.IO 4 server on loopback" },
  example: {
    component: "code",
    settings: {
      title: "The live channel answers",
      url: "wss://shop.example.com/live",
      send: '{"type":"hello"}',
      expect: '"type":"welcome"',
    },
  },
  operations,
});
