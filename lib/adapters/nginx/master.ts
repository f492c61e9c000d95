import { readdir, readFile } from "node:fs/promises";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { Settings } from "#lib/adapters/nginx/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Workers = {
  master: number;
  /** Workers that began after this moment and take requests. */
  fresh: number;
  /** Workers of an earlier configuration that still take requests. */
  old: number;
  /** Workers that take none any more and still answer something. */
  left: number;
};

const ticksPerSecond = 100;

/**
 * nginx does not tell which configuration runs. Its worker processes do: a reload replaces them, so those that began
 * after `since` (ms) have read what was in the file by then. The older ones end when they have answered everything.
 */
export async function readWorkers(ctx: Context, since: number): Promise<Workers> {
  const master = await masterPid(ctx);
  const began = Date.now() - (await uptimeMs());
  const workers = { master, fresh: 0, old: 0, left: 0 };
  for (const pid of await childrenOf(master)) {
    const found = await statOf(pid);
    if (found?.parent !== master) continue;
    if (found.title.includes("shutting down")) workers.left += 1;
    else if (!found.title.includes("worker process")) continue;
    else if (began + (found.startTicks * 1000) / ticksPerSecond >= since) workers.fresh += 1;
    else workers.old += 1;
  }
  return workers;
}

/** Has nginx read its configuration again; what is under way is answered by the old workers. Throws Fault. */
export async function reload(ctx: Context): Promise<void> {
  const pid = await masterPid(ctx);
  ctx.log(`Signal HUP to the nginx master process ${pid}.`);
  try {
    process.kill(pid, "SIGHUP");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "ESRCH") throw notRunning(ctx, `process ${pid} has ended`);
    throw new Fault(
      "permanent",
      "NOT_PERMITTED",
      `The worker may not signal nginx, process ${pid} (${code}). The file is written and not read yet.`,
      "Run the worker as the user of the nginx master process, or reload nginx by hand.",
    );
  }
}

async function masterPid(ctx: Context): Promise<number> {
  const { pidFile } = ctx.settings;
  const text = await readFile(pidFile, "utf8").catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw notRunning(ctx, `${pidFile} cannot be read (${code})`);
  });
  const pid = Number(text.trim());
  if (!Number.isInteger(pid) || pid < 2) throw notRunning(ctx, `${pidFile} holds no process id`);
  const found = await statOf(pid);
  // The number may have gone to another process, which would die of the signal.
  if (found?.title.startsWith("nginx: master process") !== true)
    throw notRunning(ctx, `process ${pid} is no nginx master process`);
  return pid;
}

function notRunning(ctx: Context, why: string): Fault {
  return new Fault(
    "transient",
    "NGINX_NOT_RUNNING",
    `nginx does not run: ${why}.`,
    `Start nginx on the worker's machine with ${ctx.settings.configFile}, or check pidFile in the settings.`,
  );
}

/** Or, where the kernel keeps no such list, every process there is. */
async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => null);
  const words = list?.trim().split(" ") ?? (await readdir("/proc"));
  return words.filter((word) => /^\d+$/.test(word)).map(Number);
}

async function statOf(pid: number): Promise<{ parent: number; startTicks: number; title: string } | null> {
  try {
    const [stat, title] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/cmdline`, "utf8"),
    ]);
    // The name stands in parentheses and may hold anything; the fields come after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), startTicks: Number(fields[19]), title: title.replaceAll("\0", " ") };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}

async function uptimeMs(): Promise<number> {
  const [seconds] = (await readFile("/proc/uptime", "utf8")).split(" ");
  return Number(seconds) * 1000;
}
