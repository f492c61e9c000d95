import { mkdtemp, readdir, readFile, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export async function temporaryFolder(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), "contract-")));
}

/** Inode, times, mode and content of everything in a folder. */
export async function folderPrint(folder: string): Promise<Record<string, string>> {
  const print: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const file = path.join(folder, name);
    const seen = await stat(file);
    const { ino, mtimeMs, ctimeMs, mode, uid, gid } = seen;
    print[name] = [
      ino,
      mtimeMs,
      ctimeMs,
      mode,
      uid,
      gid,
      seen.isDirectory() ? "" : await readFile(file, "utf8"),
    ].join(" ");
  }
  return print;
}
