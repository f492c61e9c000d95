import { Settings } from "#lib/adapters/celery-check/schema.ts";
import { pingArguments } from "#lib/adapters/celery-check/ping-arguments.ts";
import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { shellCommand, shellQuote, shellVariable } from "#lib/adapters/shell-quote.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 120,
  command: (settings, _desired, secrets = []) => {
    const { broker, brokerVariable, environment, python, workingFolder } = settings;
    const [scheme = "", rest = ""] = broker.split("://");
    const password = `"$${shellVariable("password")}"`;
    const user = rest.includes("@") ? (rest.split("@")[0] ?? "") : "";
    const place = rest.slice(user === "" ? 0 : user.length + 1);
    const address = secrets.includes("password")
      ? `${shellQuote(`${scheme}://${user}:`)}${password}${shellQuote(`@${place}`)}`
      : shellQuote(broker);
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${shellQuote(value)}`);
    const tool = shellCommand([python ?? "python3", ...pingArguments(settings)]);
    return `cd ${shellQuote(workingFolder)} && ${[...variables, `${brokerVariable}=${address}`, tool].join(" ")}`;
  },
  executor: async () => (await import("#lib/adapters/celery-check/executor.ts")).pingWorkers,
});

export const celeryCheck = defineAdapter<Settings>({
  id: "celery-check",
  title: "Celery workers",
  description:
    "Pings the workers of a Celery application through its broker, as celery inspect ping does, and counts who answers.",
  components,
  settings: Settings,
  secrets: { password: "Of the broker" },
  proof: { kind: "real", against: "Celery 5.2.6 workers on Redis 7.0.15" },
  example: {
    component: "code",
    settings: {
      title: "Both workers answer",
      broker: "redis://redis.internal:6379/0",
      app: "agents.worker:app",
      workingFolder: "/srv/agents/current",
      python: "/srv/agents/current/.venv/bin/python",
      workers: 2,
    },
    secrets: { password: "file:/var/lib/lastgood/secrets.d/agents-redis" },
  },
  inspect: async (ctx) => (await import("#lib/adapters/celery-check/inspect.ts")).inspect(ctx),
  operations,
});
