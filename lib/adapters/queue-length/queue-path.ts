import { under } from "#lib/adapters/http-address.ts";
import type { Settings } from "#lib/adapters/queue-length/schema.ts";

/** Where RabbitMQ's management tells of a queue. */
export function queuePath({ address, vhost }: Settings, queue: string): string {
  return under(address, `/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`);
}
