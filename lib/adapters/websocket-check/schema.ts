import { z } from "zod";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";

const WebSocketUrl = z
  .url({ protocol: /^wss?$/, error: "Write an address that begins with ws:// or wss://." })
  .max(2000)
  .refine((text) => {
    const url = URL.parse(text);
    return url?.username === "" && url.password === "" && url.hash === "";
  }, "The address holds no user name, password or #.");

const Protocol = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "Write a protocol's name.");

export const Settings = z.strictObject({
  title: checkTitle("WebSocket check"),
  phase: checkPhase,
  as: checkNames("verify-health", "verify-core"),
  url: WebSocketUrl,
  origin: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .optional()
    .describe("Sent as Origin; many servers refuse what comes from elsewhere"),
  protocols: z.array(Protocol).max(5).default([]).describe("Protocols that are asked for"),
  ping: z.boolean().default(false).describe("Whether a ping must be answered with a pong"),
  send: z.string().max(10_000).optional().describe("A message that is sent once the connection is open"),
  expect: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe("A text that one of the messages must hold; the first 64 KiB of each are looked at"),
  timeoutMs: z.number().int().min(50).max(60_000).default(5000).describe("For all of it"),
});
export type Settings = z.output<typeof Settings>;
