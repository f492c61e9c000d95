import { createHash } from "node:crypto";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { needProgram } from "#lib/adapters/find-program.ts";
import { readWorkers, reload } from "#lib/adapters/nginx/master.ts";
import type { Settings } from "#lib/adapters/nginx/schema.ts";
import { readUpstream, withServing } from "#lib/adapters/nginx/upstream-file.ts";
import { keepCopy, readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import type { PlainFile } from "#lib/adapters/plain-file.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import type { Member, PoolClient } from "#lib/adapters/traffic-pool.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

/** The kernel tells when a process began to a hundredth of a second, so workers this much younger are surely newer. */
const clockMarginMs = 60;

export const nginxClient: PoolClient<Settings> = {
  read: async (ctx) => {
    const file = await readFile(ctx);
    const lines = readUpstream(text(file), ctx.settings.upstream);
    const { fresh, old, left } = await readWorkers(ctx, file.stat.mtimeMs + clockMarginMs);
    const unnamed = lines.filter(({ address }) => !Object.values(ctx.settings.backends).includes(address));
    if (unnamed.length > 0) throw unexpected(ctx, `backends name no ${unnamed[0]?.address ?? ""}`);
    const members = Object.entries(ctx.settings.backends).map(([name, address]): Member => {
      const line = lines.find((one) => one.address === address);
      if (line === undefined) throw unexpected(ctx, `it has no server line for ${name} at ${address}`);
      const serves = !line.isDown && !line.isBackup;
      // Old workers do not say which backend they wait for.
      return { name, address, serves, isUp: null, connections: serves ? null : old + left };
    });
    const isRead = fresh > 0 && old === 0;
    const pending = isRead ? null : `nginx has not read ${path.basename(file.path)} since it was written`;
    return { members, pending, stable: { sha256: file.sha256 } };
  },

  revision: async (ctx, { serving }) => sha256(wantedText(ctx, await readFile(ctx), serving)),

  route: async (ctx, { serving, revision }) => {
    const file = await readFile(ctx);
    const wanted = wantedText(ctx, file, serving);
    if (sha256(wanted) !== revision)
      throw new Fault(
        "permanent",
        "DRIFT",
        `${file.path} is not what the plan rests on: besides who serves, something in it has changed.`,
        "Somebody else has changed it. Nothing was written. Make a new plan from what is there now.",
      );
    const kept = keptName(file.path, revision);
    if (sha256(text(file)) !== revision) {
      await keepBefore(ctx, kept, file);
      await replaceAtomically(file.path, Buffer.from(wanted), file.stat, ctx.effectKey);
      ctx.log(`Wrote ${file.path}; what it held before is in ${kept}.`);
    }
    await test(ctx, kept, file);
    const written = await readFile(ctx);
    await delay(Math.max(0, written.stat.mtimeMs + clockMarginMs * 2 - Date.now()));
    await reload(ctx);
  },
};

type Included = PlainFile & { path: string };

async function readFile({ settings }: Context): Promise<Included> {
  const file = await readPlainFile(settings.includeFile);
  if (file !== null) return { ...file, path: settings.includeFile };
  throw new Fault(
    "permanent",
    "FILE_MISSING",
    `${settings.includeFile} is not there.`,
    "Put the upstream block into that file and include it in the configuration, or correct includeFile.",
  );
}

const text = (file: PlainFile): string => file.content.toString("utf8");
const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");
const wantedText = (
  { settings }: Context,
  file: PlainFile,
  serving: readonly { address: string }[],
): string =>
  withServing(
    text(file),
    settings.upstream,
    serving.map(({ address }) => address),
  );

/** Hidden, and with an ending of its own: no include of *.conf takes it. */
const keptName = (file: string, revision: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.before-${revision.slice(0, 12)}`);

async function keepBefore(ctx: Context, kept: string, file: PlainFile): Promise<void> {
  if ((await readPlainFile(kept)) !== null)
    await replaceAtomically(kept, file.content, file.stat, `${ctx.effectKey} copy`);
  else await keepCopy(kept, file.content, file.stat, `${ctx.effectKey} copy`);
}

/** nginx tests the whole configuration with the new file in place; if it refuses, the previous content is put back. */
async function test(ctx: Context, kept: string, like: PlainFile): Promise<void> {
  const { nginx, configFile, prefix, includeFile, timeoutMs } = ctx.settings;
  const end = await runProcess({
    command: [
      needProgram("nginx", nginx),
      "-t",
      "-c",
      configFile,
      ...(prefix === undefined ? [] : ["-p", prefix]),
    ],
    workingFolder: "/",
    environment: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    input: undefined,
    timeoutMs: Math.max(timeoutMs, 10_000),
    signal: ctx.signal,
    redact: ctx.redact,
    log: ctx.log,
    endsGroup: true,
  });
  if (end.how === "exited" && end.exitCode === 0) return;
  const before = await readPlainFile(kept);
  if (before !== null)
    await replaceAtomically(includeFile, before.content, like.stat, `${ctx.effectKey} back`);
  const back = `nginx was not told to read it${before === null ? "" : `, and ${includeFile} holds its previous content again`}.`;
  if (end.how === "exited")
    throw new Fault(
      "permanent",
      "CONFIGURATION_REFUSED",
      `nginx -t refuses the configuration: ${excerpt(end.output)}`,
      `${back} Correct the configuration, then make a new plan.`,
    );
  throw new Fault(
    end.how === "too_much_output" ? "permanent" : "transient",
    end.how === "timeout" ? "TIMEOUT" : end.how === "cancelled" ? "CANCELLED" : "TOO_MUCH_OUTPUT",
    `nginx -t did not end and was stopped (${end.how.replaceAll("_", " ")}, after ${Math.round(end.milliseconds / 1000)} s).`,
    `${back} Run nginx -t by hand to see why, for instance a name that cannot be looked up.`,
  );
}

function unexpected({ settings }: Context, why: string): Fault {
  return new Fault(
    "permanent",
    "UNKNOWN_BACKEND",
    `upstream ${settings.upstream} in ${settings.includeFile} and the settings differ: ${why}.`,
    "Give every backend a server line in the file, down where it gets no traffic, and its name in backends.",
  );
}
