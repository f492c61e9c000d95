import fs from "node:fs";
import path from "node:path";
import { Checkpoint } from "#lib/platform/audit/checkpoint.ts";

const tailBytes = 4096;

export function checkpointFile(dataFolder: string): string {
  return path.join(dataFolder, "checkpoints", "audit.jsonl");
}

/** Adds a line and waits until the disk has it. */
export function appendCheckpoint(file: string, checkpoint: Checkpoint): void {
  const folder = path.dirname(file);
  const isNew = !fs.existsSync(file);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const handle = fs.openSync(file, "a+", 0o644);
  try {
    // What a crash left unfinished stays a line of its own.
    const start = endsInside(handle) ? "\n" : "";
    fs.writeSync(handle, `${start}${JSON.stringify(checkpoint)}\n`);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  if (isNew) syncFolder(folder);
}

/** The newest checkpoint in the file, or null. */
export function lastCheckpoint(file: string): Checkpoint | null {
  if (!fs.existsSync(file)) return null;
  const handle = fs.openSync(file, "r");
  try {
    const { size } = fs.fstatSync(handle);
    const start = Math.max(0, size - tailBytes);
    const buffer = Buffer.alloc(size - start);
    fs.readSync(handle, buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8").split("\n");
    return lines.map(readCheckpointLine).findLast((found) => found !== null) ?? null;
  } finally {
    fs.closeSync(handle);
  }
}

/** One line, or null when it is none: a line that a crash cut off proves nothing either way. */
export function readCheckpointLine(line: string): Checkpoint | null {
  try {
    return Checkpoint.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // Not JSON: see above.
    return null;
  }
}

function endsInside(handle: number): boolean {
  const { size } = fs.fstatSync(handle);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  fs.readSync(handle, last, 0, 1, size - 1);
  return last.toString() !== "\n";
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
