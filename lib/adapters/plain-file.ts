import { createHash } from "node:crypto";
import { constants } from "node:fs";
import type { Stats } from "node:fs";
import { chmod, chown, link, lstat, open, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Fault } from "#lib/domain/errors.ts";

const usualBytes = 1024 * 1024;

export type PlainFile = { content: Buffer; sha256: string; stat: Stats };

/** Reads a regular file of at most `mostBytes` that no symbolic link leads to, or null when there is none. Throws Fault. */
export async function readPlainFile(file: string, mostBytes = usualBytes): Promise<PlainFile | null> {
  try {
    const folder = path.dirname(file);
    if ((await realpath(folder)) !== folder) throw linked(file);
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw notPlain(file);
      if (stat.size > mostBytes) throw tooLarge(file, mostBytes);
      const content = await handle.readFile();
      return { content, sha256: sha256(content), stat };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = codeOf(error);
    if (code === "ENOENT") return null;
    if (code === "ELOOP" || code === "EMLINK") throw linked(file);
    throw fileFault(file, "read", code);
  }
}

/**
 * Puts `content` at `file` in one step: readers see the old file or the new one. Mode and owner are those of `like`.
 * `key` names the temporary file, so that what a dead process left is cleared away. Throws Fault, the file untouched.
 */
export async function replaceAtomically(
  file: string,
  content: Buffer,
  like: Stats,
  key: string,
): Promise<void> {
  const draft = draftOf(file, key);
  try {
    await writeDraft(draft, content, like);
    const seen = await lstat(file).catch(missing);
    if (seen?.isSymbolicLink() === true) throw linked(file);
    await rename(draft, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof Fault ? error : fileFault(file, "replaced", codeOf(error));
  }
}

/** Keeps `content` under a name of its own; a file that is there already with the same content is left alone. */
export async function keepCopy(file: string, content: Buffer, like: Stats, key: string): Promise<void> {
  const draft = draftOf(file, key);
  try {
    await writeDraft(draft, content, like);
    await link(draft, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    const there =
      codeOf(error) === "EEXIST" ? await readPlainFile(file, Math.max(usualBytes, content.length)) : null;
    if (there?.sha256 === sha256(content)) return;
    throw error instanceof Fault ? error : fileFault(file, "written", codeOf(error));
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(draft: string, content: Buffer, like: Stats): Promise<void> {
  await rm(draft, { force: true });
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const made = await lstat(draft);
  if (made.uid !== like.uid || made.gid !== like.gid) await chown(draft, like.uid, like.gid);
  // After chown, which clears set-id bits.
  await chmod(draft, like.mode & 0o7777);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const draftOf = (file: string, key: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${sha256(Buffer.from(key)).slice(0, 16)}.draft`);

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

function missing(error: unknown): null {
  if (codeOf(error) === "ENOENT") return null;
  throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

const linked = (file: string): Fault =>
  new Fault(
    "permanent",
    "SYMBOLIC_LINK",
    `A symbolic link leads to ${file}, or is it.`,
    "Register the real path, so that approvers see which file is changed.",
  );
const notPlain = (file: string): Fault =>
  new Fault("permanent", "NOT_A_FILE", `${file} is not a regular file.`, "Correct the path in the settings.");
const tooLarge = (file: string, mostBytes: number): Fault =>
  new Fault(
    "permanent",
    "FILE_TOO_LARGE",
    `${file} is larger than ${mostBytes / 1024 / 1024} MiB.`,
    "What is restored here is smaller. Check the path in the settings.",
  );

function fileFault(file: string, what: string, code: string): Fault {
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const isForbidden = code === "EACCES" || code === "EPERM" || code === "EROFS";
  return new Fault(
    "permanent",
    isFull ? "DISK_FULL" : isForbidden ? "FILE_FORBIDDEN" : "FILE_FAULT",
    `${file} cannot be ${what} (${code}); it is as it was.`,
    isFull
      ? "Make room on that disk, then retry."
      : isForbidden
        ? "The worker's user needs to read the file, write its folder, and keep the file's owner."
        : "Check the path and the disk on the worker's machine.",
  );
}
