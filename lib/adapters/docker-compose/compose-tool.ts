import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { AdapterContext, ToolFound } from "#lib/adapters/contract.ts";
import { composeArguments } from "#lib/adapters/docker-compose/project.ts";
import { isVariable } from "#lib/adapters/docker-compose/schema.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";
import { engineSecrets, registryFault } from "#lib/adapters/docker-engine.ts";
import { registrySecrets } from "#lib/adapters/docker-image.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { findProgram, needProgram } from "#lib/adapters/find-program.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import type { ProcessEnd } from "#lib/adapters/run-process.ts";
import { withWorkFolder } from "#lib/adapters/work-folder.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
type Compose = { words: readonly [string, ...string[]]; path: string; version: string };

const ownSecrets = new Set([...Object.keys(engineSecrets), ...Object.keys(registrySecrets)]);

/** What told its version is not asked again for so long: to a compose in Python each question is half a second. */
const rememberMs = 10 * 60_000;
const remembered = new Map<string, { compose: Compose; until: number }>();

/**
 * Runs compose on the project, until it exits. `override`: one compose file more, the last, which is not kept. Throws
 * Fault: TOOL_MISSING, and whatever kept it from running to its end; an exit status other than 0 is the caller's to judge.
 */
export async function runCompose(
  ctx: Context,
  files: readonly string[],
  args: readonly string[],
  options: { seconds: number; keepsStdout?: boolean; override?: string },
): Promise<ProcessEnd> {
  const { settings } = ctx;
  const compose = await needCompose(ctx);
  return withWorkFolder("compose", async (folder) => {
    const override = path.join(folder, "override.yaml");
    if (options.override !== undefined) await writeFile(override, options.override);
    const all = options.override === undefined ? files : [...files, override];
    const end = await runProcess({
      command: [...compose.words, ...composeArguments(settings, all), ...args],
      workingFolder: settings.projectFolder,
      environment: { ...variablesOf(ctx), ...(await engineEnvironment(ctx, folder)) },
      input: undefined,
      timeoutMs: options.seconds * 1000,
      signal: ctx.signal,
      redact: ctx.redact,
      log: ctx.log,
      endsGroup: true,
      ...(options.keepsStdout === true && { keepsStdout: true }),
    });
    if (end.how === "exited") return end;
    throw notEnded(end, args[0] ?? "", options.seconds);
  });
}

/** What `inspect` shows of compose. */
export async function composeFound(ctx: Context): Promise<ToolFound> {
  const compose = await look(ctx, true);
  return compose === null
    ? { name: "compose", missing: missingSentence(ctx.settings) }
    : {
        name: compose.words.slice(-1)[0] === "compose" ? "docker compose" : "docker-compose",
        path: compose.path,
        version: compose.version,
      };
}

async function needCompose(ctx: Context): Promise<Compose> {
  const compose = await look(ctx, false);
  if (compose !== null) return compose;
  throw new Fault("permanent", "TOOL_MISSING", missingSentence(ctx.settings), "Nothing was changed.");
}

/** The compose to use: as it is set, or the plugin of docker, or docker-compose; the first that tells its version. */
async function look(ctx: Context, isAnew: boolean): Promise<Compose | null> {
  const { composePath } = ctx.settings;
  const ask = (...words: [string, ...string[]]): Promise<Compose | null> => {
    const { until, compose } = remembered.get(wordsOf(words)) ?? { until: 0, compose: null };
    return !isAnew && Date.now() < until ? Promise.resolve(compose) : askVersion(ctx, words);
  };
  if (composePath !== undefined) return ask(needProgram("docker-compose", composePath));
  const docker = findProgram("docker");
  const plugin = docker === null ? null : await ask(docker, "compose");
  if (plugin !== null) return plugin;
  const standalone = findProgram("docker-compose");
  return standalone === null ? null : ask(standalone);
}

const nowhere = "/nonexistent";

const wordsOf = (words: readonly string[]): string => words.join(" ");

async function askVersion(ctx: Context, words: readonly [string, ...string[]]): Promise<Compose | null> {
  const end = await runProcess({
    command: [...words, "version", "--short"],
    workingFolder: "/",
    // A home that others can write to could bring a plugin of theirs.
    environment: { ...toolEnvironment(nowhere), DOCKER_CONFIG: nowhere },
    input: undefined,
    timeoutMs: 15_000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: () => undefined,
    endsGroup: true,
    keepsStdout: true,
  });
  if (end.how === "cancelled")
    throw new Fault("transient", "CANCELLED", "Stopped while looking for compose.", "Nothing was changed.");
  const version = parseComposeVersion(end.stdout.toString("utf8"));
  if (end.exitCode !== 0 || version === null) {
    remembered.delete(wordsOf(words));
    return null;
  }
  const compose = { words, path: words[0], version };
  remembered.set(wordsOf(words), { compose, until: Date.now() + rememberMs });
  return compose;
}

/** `1.29.2`, `v2.26.1`, `2.26.1-4`; null for anything else, such as the help text of a docker without the plugin. */
export function parseComposeVersion(text: string): string | null {
  return /^v?(\d+\.\d+\.\d+[\w.+-]*)\s*$/.exec(text.trim())?.[1] ?? null;
}

const missingSentence = ({ composePath }: Settings): string =>
  composePath === undefined
    ? "Neither `docker compose` nor docker-compose works on the worker; install one, or name its path in composePath."
    : `${composePath} does not tell a version of compose; correct composePath.`;

const toolEnvironment = (home: string): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
  HOME: home,
  LC_ALL: "C.UTF-8",
});

async function engineEnvironment(ctx: Context, folder: string): Promise<Record<string, string>> {
  const { ca, cert, key } = ctx.secrets;
  const pems = Object.entries({ ca, cert, key }).flatMap(([name, pem]) =>
    pem === undefined ? [] : [[name, pem] as const],
  );
  for (const [name, pem] of pems) await writeFile(path.join(folder, `${name}.pem`), pem, { mode: 0o600 });
  return {
    ...toolEnvironment(folder),
    DOCKER_HOST: ctx.settings.host,
    DOCKER_CONFIG: folder,
    ...(pems.length > 0 && { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder }),
  };
}

/** Variables of the compose files: those of the settings, and each secret that is for nothing else. */
function variablesOf(ctx: Context): Record<string, string> {
  const secrets = Object.entries(ctx.secrets).filter(([name]) => !ownSecrets.has(name));
  const refused = secrets.find(([name]) => !isVariable(name));
  if (refused !== undefined)
    throw new Fault(
      "permanent",
      "SECRET_REFUSED",
      `A secret cannot be given as the variable ${refused[0]}.`,
      "Give the secret the name of a variable of the compose files.",
    );
  return { ...ctx.settings.variables, ...Object.fromEntries(secrets) };
}

function notEnded(end: ProcessEnd, verb: string, seconds: number): Fault {
  if (end.how === "cancelled")
    return new Fault(
      "transient",
      "CANCELLED",
      `compose ${verb} was stopped.`,
      "The same step can be run again.",
    );
  if (end.how === "too_much_output")
    return new Fault(
      "permanent",
      "TOO_MUCH_OUTPUT",
      `compose ${verb} wrote more than 16 MiB and was stopped.`,
      "Run it by hand to see why.",
    );
  return new Fault(
    "transient",
    "COMPOSE_TIMEOUT",
    `compose ${verb} did not end within ${seconds} s and was stopped.`,
    "Look at the engine's own log. The same step can be run again.",
  );
}

/** What a compose that failed says. */
export function composeFailed(verb: string, end: ProcessEnd): Fault {
  const said = excerpt(end.output.slice(-1500), 700);
  const known = registryFault(said);
  if (known !== null) return known;
  if (/Cannot connect to the Docker daemon|Couldn't connect to Docker daemon/i.test(said))
    return new Fault(
      "transient",
      "ENGINE_UNREACHABLE",
      `compose ${verb}: ${said}`,
      "Start the engine, or correct the host in the settings.",
    );
  if (/client (?:version )?\S+ is too (?:new|old)|client and server don't have same version/i.test(said))
    return new Fault(
      "permanent",
      "CLIENT_MISMATCH",
      `This compose and the engine do not understand each other: ${said}`,
      "Install a compose that fits the engine and name its path in composePath. Nothing was changed.",
    );
  // Another compose, left behind by a worker that died, may be at the same work.
  const isInUse = /already in use|No such container|is already in progress|marked for removal/i.test(said);
  return new Fault(
    isInUse ? "transient" : "permanent",
    isInUse ? "CONTAINER_IN_USE" : "COMPOSE_FAILED",
    `compose ${verb} exited with ${end.exitCode ?? "a signal"}: ${said}`,
    isInUse ? "It is tried again within the limit." : "Correct what it names, then retry.",
  );
}
