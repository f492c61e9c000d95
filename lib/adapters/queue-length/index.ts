import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { queuePath } from "#lib/adapters/queue-length/queue-path.ts";
import { Settings } from "#lib/adapters/queue-length/schema.ts";
import { shellCommand, shellQuote, shellVariable } from "#lib/adapters/shell-quote.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 300,
  command: (settings, _desired, secrets = []) => {
    const { address, user, queues } = settings;
    const password = secrets.includes("password") ? `$${shellVariable("password")}` : null;
    if (!address.startsWith("redis")) {
      const login =
        user === undefined ? "" : `-u ${shellQuote(`${user}:`)}${password === null ? "" : `"${password}"`} `;
      return queues.map((queue) => `curl -fsS ${login}${shellQuote(queuePath(settings, queue))}`).join("; ");
    }
    const login = password === null ? "" : `REDISCLI_AUTH="${password}" `;
    const who = user === undefined ? [] : ["--user", user];
    return queues
      .map((queue) => `${login}${shellCommand(["redis-cli", "-u", address, ...who, "LLEN", queue])}`)
      .join("; ");
  },
  executor: async () => (await import("#lib/adapters/queue-length/executor.ts")).checkQueues,
});

export const queueLength = defineAdapter<Settings>({
  id: "queue-length",
  title: "Queue length",
  description: "Counts the tasks that wait in queues of Redis or RabbitMQ, and holds them against a limit.",
  components,
  settings: Settings,
  secrets: { password: "Of the Redis server, or of RabbitMQ's user" },
  proof: { kind: "real", against: "Redis 7.0.15; RabbitMQ 3.10.8 with its management API" },
  example: {
    component: "code",
    settings: { address: "redis://redis.internal:6379/0", queues: ["celery"], most: 50 },
    secrets: { password: "file:/var/lib/lastgood/secrets.d/agents-redis" },
  },
  inspect: async (ctx) => (await import("#lib/adapters/queue-length/inspect.ts")).inspect(ctx),
  operations,
});
