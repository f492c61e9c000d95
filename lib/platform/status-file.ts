import fs from "node:fs/promises";
import path from "node:path";
import { StatusSnapshot } from "#lib/domain/status.ts";

/** Where the worker leaves the public snapshot and the status process finds it. */
function statusFile(dataFolder: string): string {
  return path.join(dataFolder, "status", "snapshot.json");
}

/** Replaces the snapshot as a whole: a reader sees the old one or the new one, also after a power cut. */
export async function writeStatusFile(dataFolder: string, snapshot: StatusSnapshot): Promise<void> {
  const file = statusFile(dataFolder);
  await fs.mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  const handle = await fs.open(draft, "w", 0o644);
  try {
    await handle.writeFile(JSON.stringify(snapshot));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(draft, file);
}

export type PublishedStatus = { snapshot: StatusSnapshot; modifiedMs: number };

/** The snapshot as last published; null when there is none or it cannot be read, which is "unknown", never green. */
export async function readStatusFile(dataFolder: string): Promise<PublishedStatus | null> {
  const file = statusFile(dataFolder);
  let text: string;
  let modifiedMs: number;
  try {
    const stat = await fs.stat(file);
    modifiedMs = stat.mtimeMs;
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const parsed = StatusSnapshot.safeParse(parseJson(text));
  return parsed.success ? { snapshot: parsed.data, modifiedMs } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
