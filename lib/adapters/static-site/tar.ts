import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { extract } from "tar-stream";
import { Fault } from "#lib/domain/errors.ts";

const block = 512;
const mostBytes = 512 * 1024 * 1024;
const unzip = promisify(gunzip);

/**
 * The files of a .tar, .tar.gz or .tgz archive by their names. `takes` is asked for each as it comes, and may end it all
 * with a Fault. Throws Fault ARCHIVE_CORRUPT, SYMBOLIC_LINK.
 */
export async function readArchive(
  name: string,
  packed: Buffer,
  takes: (file: string) => boolean,
): Promise<Map<string, Buffer>> {
  const isPacked = packed.length > 1 && packed.readUInt16BE(0) === 0x1f8b;
  const archive = isPacked ? await unpacked(name, packed) : packed;
  // An archive that was cut between two files reads like a whole one, but for the empty block at its end.
  if (archive.length < block || archive.subarray(-block).some((byte) => byte !== 0)) throw corrupt(name);
  const files = new Map<string, Buffer>();
  const entries = extract();
  entries.end(archive);
  try {
    for await (const entry of entries) {
      const { name: file, type } = entry.header;
      if (type !== "directory" && type !== "file") throw linked(name, file);
      const plain = type === "file" ? plainName(name, file) : null;
      if (plain !== null && takes(plain)) files.set(plain, await buffer(entry));
      else entry.resume();
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw corrupt(name);
  }
  return files;
}

async function unpacked(name: string, packed: Buffer): Promise<Buffer> {
  return unzip(packed, { maxOutputLength: mostBytes }).catch((error: unknown): never => {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code !== "ERR_BUFFER_TOO_LARGE") throw corrupt(name);
    throw new Fault(
      "permanent",
      "BUILD_TOO_LARGE",
      `${name} holds more than ${mostBytes / 1024 / 1024} MiB.`,
      "Lay the build out as a folder.",
    );
  });
}

function plainName(archive: string, file: string): string {
  const name = file.replace(/^(?:\.\/)+/, "");
  if (name.split("/").some((part) => part === "" || part === "." || part === "..")) throw corrupt(archive);
  return name;
}

const corrupt = (name: string): Fault =>
  new Fault(
    "permanent",
    "ARCHIVE_CORRUPT",
    `${name} is no whole tar archive.`,
    "Bring the archive again from where the build was kept, and compare its sum.",
  );
const linked = (name: string, file: string): Fault =>
  new Fault(
    "permanent",
    "SYMBOLIC_LINK",
    `${file.slice(0, 200)} in ${name} is a link, or no plain file.`,
    "Pack the build with the files themselves.",
  );
