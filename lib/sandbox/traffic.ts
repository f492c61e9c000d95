import { Agent, request } from "node:http";
import { tenantIds } from "./tenant-store.ts";

const questions = [
  "Where is my parcel?",
  "Can I pay in three parts?",
  "Do these shoes come in green?",
  "How do I send this back?",
  "Is the lamp in stock in the north store?",
  "Which of the two is lighter?",
];

const pick = <T>(items: readonly T[], fallback: T): T =>
  items[Math.floor(Math.random() * items.length)] ?? fallback;

/**
 * Customers: about `perSecond` requests a second against the proxy at 127.0.0.1:`port`, nine in ten of them
 * questions. Never more than 32 at once, so a slow version is not buried. Returns how to stop.
 */
export const startTraffic = (port: number, perSecond: number): (() => void) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32, maxFreeSockets: 8 });
  let open = 0;
  let timer: NodeJS.Timeout | undefined;

  const send = (): void => {
    if (open >= 32) return;
    const isQuestion = Math.random() < 0.9;
    const body = isQuestion
      ? JSON.stringify({ content: pick(questions, "Hello?"), tenantId: pick(tenantIds, "demo-tenant") })
      : undefined;
    open += 1;
    const call = request({
      host: "127.0.0.1",
      port,
      agent,
      method: isQuestion ? "POST" : "GET",
      path: isQuestion ? "/api/ai/query" : "/dist/widget.iife.js",
      headers: body ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {},
      timeout: 5_000,
    });
    call.once("timeout", () => call.destroy());
    call.once("response", (answer) => answer.resume());
    // A refused customer is what the proxy's figures are about; there is nothing to do about it here.
    call.once("error", () => undefined);
    call.once("close", () => (open -= 1));
    call.end(body);
  };

  const next = (): void => {
    send();
    timer = setTimeout(next, (1_000 / perSecond) * (0.5 + Math.random()));
  };
  next();
  return () => {
    clearTimeout(timer);
    agent.destroy();
  };
};
