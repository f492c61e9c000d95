import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Fault } from "#lib/domain/errors.ts";

const block = 512;
const mostBytes = 512 * 1024 * 1024;
const unzip = promisify(gunzip);

/** The files of a .tar, .tar.gz or .tgz archive by their names. Throws Fault ARCHIVE_CORRUPT, SYMBOLIC_LINK. */
export async function readArchive(name: string, packed: Buffer): Promise<Map<string, Buffer>> {
  const archive = packed.readUInt16BE(0) === 0x1f8b ? await unpacked(name, packed) : packed;
  const files = new Map<string, Buffer>();
  let longName: string | null = null;
  for (let at = 0; at + block <= archive.length;) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return files;
    const size = parseInt(text(header, 124, 12), 8);
    if (!isSound(header) || !Number.isSafeInteger(size) || at + block + size > archive.length) break;
    const content = archive.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === "x") longName = paxPath(content) ?? longName;
    else if (kind === "L") longName = text(content, 0, content.length);
    else if (kind !== "g") {
      const isUstar = text(header, 257, 5) === "ustar";
      const prefix = isUstar ? text(header, 345, 155) : "";
      const short = text(header, 0, 100);
      const file: string = longName ?? (prefix === "" ? short : `${prefix}/${short}`);
      longName = null;
      if (kind === "5") continue;
      if (kind !== "0" && kind !== "\0") throw linked(name, file);
      files.set(plainName(name, file), content);
    }
  }
  throw corrupt(name);
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

/** The header's own sum, in which its place counts as blanks. */
function isSound(header: Buffer): boolean {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  return parseInt(text(header, 148, 8), 8) === sum;
}

function text(bytes: Buffer, from: number, length: number): string {
  const part = bytes.subarray(from, from + length);
  const end = part.indexOf(0);
  return part.toString("utf8", 0, end === -1 ? part.length : end).trim();
}

/** Records of "length name=value\n". */
function paxPath(content: Buffer): string | null {
  let found: string | null = null;
  for (let at = 0; at < content.length;) {
    const length = parseInt(content.toString("utf8", at, at + 20), 10);
    if (!Number.isSafeInteger(length) || length <= 0) return found;
    const [, value] = /^\d+ path=([^\n]*)\n$/.exec(content.toString("utf8", at, at + length)) ?? [];
    found = value ?? found;
    at += length;
  }
  return found;
}

function plainName(archive: string, file: string): string {
  const name = file.replace(/^(?:\.\/)+/, "");
  if (name === "" || name.startsWith("/") || name.split("/").some((part) => part === ".." || part === ""))
    throw corrupt(archive);
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
