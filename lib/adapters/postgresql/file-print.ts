import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { lstat, open, realpath, rename, statfs } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Fault } from "#lib/domain/errors.ts";

export type FilePrint = { bytes: number; mtimeMs: number; ino: number };

const hashes = new Map<string, string>();
const mostKnown = 200;

/** A regular file that no link leads to, or null. Throws Fault. */
export async function filePrint(file: string): Promise<FilePrint | null> {
  try {
    const stat = await lstat(file);
    if (!stat.isFile() || (await realpath(file)) !== file)
      throw new Fault(
        "permanent",
        "NOT_A_FILE",
        `${file} is no regular file, or a symbolic link leads to it.`,
        "Name the real path in the settings.",
      );
    return { bytes: stat.size, mtimeMs: stat.mtimeMs, ino: stat.ino };
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw fileFault(error, file, "read");
  }
}

/** SHA-256 of a file's content, as hex; read once as long as the file does not change. Throws Fault. */
export async function fileHash(file: string, signal: AbortSignal, isFresh = false): Promise<string> {
  const print = await filePrint(file);
  if (print === null) throw fileFault(Object.assign(new Error(), { code: "ENOENT" }), file, "read");
  const key = `${file}\n${print.bytes} ${print.mtimeMs} ${print.ino}`;
  const known = hashes.get(key);
  if (known !== undefined && !isFresh) return known;
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash, { signal });
  } catch (error) {
    if (signal.aborted)
      throw new Fault(
        "transient",
        "TOO_SLOW",
        `${file} could not be read to its end in time.`,
        `Write its checksum to ${path.basename(file)}.sha256 beside it, as sha256sum does.`,
      );
    throw fileFault(error, file, "read");
  }
  const digest = hash.digest("hex");
  if (hashes.size >= mostKnown) hashes.clear();
  hashes.set(key, digest);
  return digest;
}

/** Small text beside a backup, or null. */
export async function smallFile(file: string): Promise<string | null> {
  const print = await filePrint(file);
  if (print === null || print.bytes > 1024 * 1024) return null;
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw fileFault(error, file, "read");
  });
  try {
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

/** Writes a small file whole, or not at all. Throws Fault. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.draft`;
  try {
    const handle = await open(draft, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    throw fileFault(error, file, "written");
  }
}

/** Makes an empty file for its owner alone, which whoever writes to it keeps so. Throws Fault. */
export async function makePrivate(file: string): Promise<void> {
  try {
    await (await open(file, "wx", 0o600)).close();
  } catch (error) {
    throw fileFault(error, file, "written");
  }
}

/** Makes what was written outlive a power cut, then gives it its name. */
export async function keepAs(draft: string, file: string): Promise<void> {
  try {
    for (const [name, next] of [
      [draft, file],
      [path.dirname(file), null],
    ] as const) {
      const handle = await open(name, constants.O_RDONLY);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (next !== null) await rename(draft, next);
    }
  } catch (error) {
    throw fileFault(error, file, "written");
  }
}

/** Throws Fault `permanent` DISK_FULL unless so many bytes fit. */
export async function requireRoom(folder: string, bytes: number): Promise<number> {
  const { bavail, bsize } = await statfs(folder).catch((error: unknown) => {
    throw fileFault(error, folder, "used");
  });
  const free = bavail * bsize;
  if (free >= bytes) return free;
  throw new Fault(
    "permanent",
    "DISK_FULL",
    `${folder} has ${megabytes(free)} free, and up to ${megabytes(bytes)} are needed. Nothing was begun.`,
    "Make room on that disk, or name another folder in the settings.",
  );
}

export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

export function fileFault(error: unknown, file: string, what: string): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Fault("permanent", "DISK_FULL", `${file} cannot be ${what}: the disk is full.`, "Make room.");
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new Fault(
      "permanent",
      "FILE_FORBIDDEN",
      `${file} cannot be ${what} (${code}).`,
      "Give the worker's user access to that folder.",
    );
  const isGone = code === "ENOENT" || code === "ENOTDIR";
  return new Fault(
    "permanent",
    isGone ? "NOT_THERE" : "FILE_FAULT",
    isGone ? `${file} is not there.` : `${file} cannot be ${what} (${code}).`,
    "Check the path and the disk on the worker's machine.",
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
