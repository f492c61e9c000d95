import { z } from "zod";
import { pingArguments } from "#lib/adapters/celery-check/ping-arguments.ts";
import type { Settings } from "#lib/adapters/celery-check/schema.ts";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { needProgram } from "#lib/adapters/find-program.ts";
import { openSocket } from "#lib/adapters/guarded-socket.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import type { ProcessEnd } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const Answer = z.record(z.string(), z.looseObject({ ok: z.literal("pong") }));
const usualPorts: Record<string, number> = { "redis:": 6379, "rediss:": 6379, "amqp:": 5672, "amqps:": 5671 };

/** So many workers answer, and those that are named among them. Who is not there yet may come: a transient fault. */
export const pingWorkers = checkExecutor<Settings, CheckDesired>(async (ctx) => {
  const { title, workers, names } = ctx.settings;
  const found = await ping(ctx);
  const absent = names.filter((name) => !found.includes(name));
  const wanted = Math.max(workers, names.length);
  const who = found.length === 0 ? "" : ` (${shortList(found)})`;
  if (found.length < wanted || absent.length > 0)
    throw new Fault(
      "transient",
      "WORKERS_MISSING",
      `${title}: ${found.length} of ${wanted} workers answer${who}${absent.length === 0 ? "" : `; missing: ${shortList(absent)}`}.`,
      "They are asked again within the limit of the step. See whether the workers run and use this broker.",
    );
  return [evidence(title, true, `${found.length} of ${wanted} workers answer${who}.`)];
});

/** Names of the workers that answer, sorted. Throws Fault for what keeps them from being asked. */
export async function ping(ctx: Context): Promise<string[]> {
  const { settings } = ctx;
  const program = needProgram("python3", settings.python);
  const address = new URL(settings.broker);
  const port = address.port === "" ? (usualPorts[address.protocol] ?? 0) : Number(address.port);
  // Celery itself would go on trying, and say nothing.
  const socket = await openSocket(ctx, { host: address.hostname, port, timeoutMs: 5000 });
  socket.destroy();
  const password = ctx.secrets["password"];
  if (password !== undefined) address.password = encodeURIComponent(password);
  const end = await runProcess({
    command: [program, ...pingArguments(settings)],
    workingFolder: settings.workingFolder,
    environment: {
      PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      HOME: process.env["HOME"] ?? "/",
      LC_ALL: "C.UTF-8",
      ...settings.environment,
      [settings.brokerVariable]: address.href,
    },
    input: undefined,
    timeoutMs: settings.timeoutSeconds * 1000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: () => undefined,
    endsGroup: true,
    keepsStdout: true,
  });
  const answer = Answer.safeParse(parseJson(jsonIn(end.stdout.toString("utf8"))));
  if (end.how === "exited" && end.exitCode === 0 && answer.success)
    return Object.keys(answer.data).toSorted();
  if (end.how === "exited" && /No nodes replied/.test(`${end.output}${end.stdout.toString("utf8")}`))
    return [];
  throw faultOf(ctx, end);
}

function faultOf({ settings }: Context, end: ProcessEnd): Fault {
  const { title } = settings;
  const broker = URL.parse(settings.broker)?.host ?? "";
  const again = "It only looks; it is asked again within the limit of the step.";
  if (end.how === "cancelled") return new Fault("transient", "CANCELLED", `${title}: stopped.`, again);
  if (/No module named ['"]?celery['"]?\s/.test(`${end.output} `))
    return new Fault(
      "permanent",
      "TOOL_MISSING",
      `${settings.python ?? "python3"} has no Celery.`,
      "Name the Python of the project's virtual environment as python, or install Celery for this one.",
    );
  if (
    /WRONGPASS|NOAUTH|invalid username-password|invalid password|ACCESS_REFUSED|Authentication required/.test(
      end.output,
    )
  )
    return new Fault(
      "permanent",
      "CREDENTIALS_REFUSED",
      `The broker at ${broker} refuses the password.`,
      "Correct the secret `password` of this target, or the user in the broker's address.",
    );
  if (
    /Unable to load celery application|Invalid value for '-A'|ModuleNotFoundError|ImportError/.test(
      end.output,
    )
  )
    return new Fault(
      "permanent",
      "APP_NOT_FOUND",
      `${settings.app ?? "The application"} cannot be loaded in ${settings.workingFolder}: ${lastLine(end)}`,
      "Correct app, workingFolder or environment in the settings.",
    );
  if (
    /Connection refused|Error 111|OperationalError|ConnectionError|Name or service not known|timed out|Timeout/.test(
      end.output,
    )
  )
    return new Fault(
      "transient",
      "BROKER_UNREACHABLE",
      `The broker at ${broker} does not answer: ${lastLine(end)}`,
      "See whether it runs and the address is right. It is asked again within the limit of the step.",
    );
  if (end.how !== "exited")
    return new Fault(
      "transient",
      end.how === "timeout" ? "TIMEOUT" : "TOO_MUCH_OUTPUT",
      `${title}: celery inspect ping was stopped after ${end.milliseconds} ms (${end.how.replaceAll("_", " ")}).`,
      "See whether the broker answers, or give it more time in the settings.",
    );
  return new Fault(
    "permanent",
    "CHECK_BROKEN",
    `${title}: celery inspect ping exited with ${end.exitCode ?? "a signal"}: ${lastLine(end)}`,
    "Run it by hand to see what it needs.",
  );
}

/** The project may print before Celery does. */
const jsonIn = (text: string): string => text.slice(Math.max(0, text.lastIndexOf("\n{") + 1)).trim();

const lastLine = (end: ProcessEnd): string =>
  excerpt(end.output.trim().split("\n").at(-1) ?? "") || "it said nothing.";

const shortList = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
