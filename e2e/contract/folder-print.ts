import { mkdtemp, readdir, readFile, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export async function temporaryFolder(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), "contract-")));
}

/** Inode, times, mode and content of everything in a folder. */
export async function folderPrint(folder: string): Promise<Record<string, string>> {
  const print: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    const { ino, mtimeMs, ctimeMs, mode, uid, gid } = await stat(file);
    print[name] = [ino, mtimeMs, ctimeMs, mode, uid, gid, await readFile(file, "utf8")].join(" ");
  }
  return print;
}
