import { checkOperations } from "#lib/adapters/check-operations.ts";
import { Settings } from "#lib/adapters/command/schema.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";
import { components } from "#lib/domain/service.ts";

/** `env -i` gives the program the same environment by hand: what is declared and nothing else. */
function byHand(
  { command, environment, workingFolder }: Settings,
  version: string,
  secrets: readonly string[],
): string {
  const variables = Object.entries({ ...environment, LASTGOOD_VERSION: version }).map(
    ([name, value]) => `${name}=${shellQuote(value)}`,
  );
  const secretVariables = secrets.filter((name) => name !== "stdin").map((name) => `${name}="$${name}"`);
  const call = ["env -i", ...variables, ...secretVariables, shellCommand(command)].join(" ");
  const fed = secrets.includes("stdin") ? `printf %s "$STDIN" | ${call}` : call;
  return workingFolder === "/" ? fed : `cd ${shellQuote(workingFolder)} && ${fed}`;
}

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 300,
  command: (settings, desired, secrets = []) => byHand(settings, desired.version, secrets),
  executor: async () => (await import("#lib/adapters/command/executor.ts")).runCheck,
});

export const command = defineAdapter<Settings>({
  id: "command",
  title: "Command",
  description:
    "Runs a program of the worker's machine that looks and changes nothing: a smoke test, a query. No shell; an environment that holds what is declared; ended with everything it started.",
  components,
  settings: Settings,
  secrets: {
    stdin: "Written to the program's standard input",
    "*": "Given as the environment variable of that name",
  },
  proof: { kind: "real", against: "programs of the machine that the tests run on" },
  example: {
    component: "code",
    settings: {
      title: "Smoke test",
      command: ["/opt/checks/smoke", "--shop", "https://shop.example.com"],
      timeoutSeconds: 120,
    },
    secrets: { API_KEY: "file:/var/lib/lastgood/secrets.d/smoke-key" },
  },
  operations,
});
