import path from "node:path";
import { inflateRawSync } from "node:zlib";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import { safeName } from "#lib/adapters/stored-revision.ts";
import type { Settings } from "#lib/adapters/copilot-studio/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

const mostBytes = 64 * 1024 * 1024;
const mostManifestBytes = 8 * 1024 * 1024;

export type SolutionPackage = {
  file: string;
  sha256: string;
  content: Buffer;
  solution: string;
  version: string;
  isManaged: boolean;
};

/** The solution file of the version that the record names. Throws Fault `permanent`. */
export async function packageOf(settings: Settings, { to }: PlanRequest): Promise<SolutionPackage> {
  const version = safeName(to.version, "version");
  const name = Object.hasOwn(settings.reissued, version)
    ? (settings.reissued[version] ?? "")
    : `${settings.solution}_${version}.zip`;
  const found = await readPackage(settings, path.join(folderOf(settings), name));
  const digest = to.artifacts.imageDigest?.replace(/^sha256:/, "");
  if (digest !== undefined && !Object.hasOwn(settings.reissued, version) && digest !== found.sha256)
    throw new Fault(
      "permanent",
      "PACKAGE_CHANGED",
      `${found.file} is not what was deployed as ${version}: its content has the hash ${found.sha256.slice(0, 12)}.`,
      "Find the file that was deployed, and put it there.",
    );
  return found;
}

function folderOf({ packages }: Settings): string {
  if (packages !== undefined) return packages;
  throw new Fault(
    "permanent",
    "NO_PACKAGES",
    "The settings of this target name no folder of solution files.",
    "Set packages to a folder that holds <solution>_<version>.zip for each version.",
  );
}

/** A solution file with what its manifest says. Throws Fault `permanent` PACKAGE_MISSING, PACKAGE_CORRUPT, OTHER_SOLUTION. */
export async function readPackage(settings: Settings, file: string): Promise<SolutionPackage> {
  const found = await readPlainFile(file, mostBytes);
  if (found === null)
    throw new Fault(
      "permanent",
      "PACKAGE_MISSING",
      `There is no solution file ${file}.`,
      "Put the file there that was deployed, or choose a version whose file was kept.",
    );
  const manifest = manifestOf(found.content);
  const text = (tag: string): string | undefined =>
    new RegExp(`<${tag}>([^<>]{1,400})</${tag}>`).exec(manifest ?? "")?.[1]?.trim();
  const [solution, version] = [text("UniqueName"), text("Version")];
  if (solution === undefined || version === undefined || !/^\d+(?:\.\d+){1,3}$/.test(version))
    throw new Fault(
      "permanent",
      "PACKAGE_CORRUPT",
      `${file} is no whole solution file: ${manifest === null ? "it is no archive with a solution.xml" : "its solution.xml names no solution and version"}.`,
      "Export the solution of that version again, or take the file from another place.",
    );
  if (solution.toLowerCase() !== settings.solution.toLowerCase())
    throw new Fault(
      "permanent",
      "OTHER_SOLUTION",
      `${file} holds the solution ${solution}, not ${settings.solution}.`,
      "Put the file of the right solution there.",
    );
  const { content, sha256 } = found;
  return { file, sha256, content, solution, version, isManaged: text("Managed") === "1" };
}

/** The text of solution.xml in a ZIP archive, or null when it is not one, or cut off. */
function manifestOf(zip: Buffer): string | null {
  try {
    const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
    if (end < 0) return null;
    let at = zip.readUInt32LE(end + 16);
    for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
      if (zip.readUInt32LE(at) !== 0x02014b50) return null;
      const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
      const name = zip.toString("utf8", at + 46, at + 46 + (nameLength ?? 0));
      if (name.toLowerCase() === "solution.xml") {
        const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
        const local = zip.readUInt32LE(at + 42);
        const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
        const data = zip.subarray(from, from + size);
        if (data.length !== size) return null;
        const whole = method === 0 ? data : inflateRawSync(data, { maxOutputLength: mostManifestBytes });
        return whole.toString("utf8");
      }
      at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
    }
    return null;
  } catch (error) {
    // Offsets that lead nowhere, or data that is no deflate stream: not a whole archive.
    if (error instanceof RangeError || (error instanceof Error && "code" in error)) return null;
    throw error;
  }
}

/** Negative when `one` is lower than `other`, as Dataverse compares the four parts. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  for (let part = 0; part < 4; part++) {
    const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
