import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { queuePath } from "#lib/adapters/queue-length/queue-path.ts";
import type { Length, Settings } from "#lib/adapters/queue-length/schema.ts";
import { restJson } from "#lib/adapters/rest-call.ts";

const Queue = z.looseObject({ messages: z.number().int().min(0) });

/** The lengths of queues, by RabbitMQ's management: what waits, and what workers hold unconfirmed. Throws Fault. */
export async function rabbitLengths(ctx: AdapterContext<Settings>): Promise<Length[]> {
  const { settings, secrets } = ctx;
  const { user, queues, vhost, timeoutMs } = settings;
  const login = `${user ?? ""}:${secrets["password"] ?? ""}`;
  const headers =
    user === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
  const found: Length[] = [];
  for (const queue of queues) {
    const gone = {
      code: "NO_SUCH_QUEUE",
      message: `RabbitMQ has no queue ${queue} in the virtual host ${vhost}.`,
      advice: "Correct queues or vhost in the settings; a queue is there from the first worker on.",
    };
    const url = queuePath(settings, queue);
    const { messages } = await restJson(ctx, { url, headers, timeoutMs, secret: "password", gone }, Queue);
    found.push({ queue, waiting: messages });
  }
  return found;
}
