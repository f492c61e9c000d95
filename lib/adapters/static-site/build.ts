import { createHash } from "node:crypto";
import { lstat, opendir } from "node:fs/promises";
import path from "node:path";
import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import { contentTypeOf } from "#lib/adapters/static-site/content-type.ts";
import { isEntry } from "#lib/adapters/static-site/restore-order.ts";
import type { BuildFile, Settings, Upload } from "#lib/adapters/static-site/schema.ts";
import { readArchive } from "#lib/adapters/static-site/tar.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Build = {
  /** Sorted by key. */
  files: BuildFile[];
  /** Names that begin with a dot, which a site does not serve. */
  hidden: number;
  /** What stands there now, whatever stood there before. Throws Fault. */
  read: (key: string) => Promise<Buffer>;
};

const mostFiles = 2000;
/** Hidden ones included: a folder that is no build at all is not read to its end. */
const mostNames = 20_000;
const mostFileBytes = 64 * 1024 * 1024;
const mostArchiveBytes = 256 * 1024 * 1024;
const isArchive = /\.(?:tar|tar\.gz|tgz)$/;

/** Where the build of the wanted version lies. Throws Fault NO_BUILD, INVALID_REVISION. */
export function buildPathOf({ settings }: Context, { to }: PlanRequest): string {
  if (settings.build === undefined)
    throw new Fault(
      "permanent",
      "NO_BUILD",
      "The procedure uploads a build, and this target does not say where builds lie.",
      "Set build, or choose a procedure that restores object versions.",
    );
  const { commit, configurationRevision: revision } = to.artifacts;
  return settings.build.replace(/\{(version|commit|revision)\}/, (_whole, kind: string) => {
    const name = kind === "version" ? to.version : kind === "commit" ? commit : revision;
    if (name === null)
      throw new Fault(
        "permanent",
        "NO_BUILD",
        `The deployment of ${to.version} names no ${kind}, and builds are found by it.`,
        "Report it with the deployment, or have build hold {version}.",
      );
    if (/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/.test(name) && !name.includes("..")) return name;
    throw new Fault(
      "permanent",
      "INVALID_REVISION",
      `The ${kind} cannot be part of a path.`,
      "It is letters, digits, dots, hyphens, underscores and plus signs.",
    );
  });
}

/** Reads a folder or an archive through, and names all that would be served. Throws Fault. */
export async function openBuild(ctx: Context, place: string): Promise<Build> {
  const { prefix, entries, contentTypes, cacheControl } = ctx.settings;
  const source = isArchive.test(place) ? await archive(place) : await folder(place);
  if (source.names.size === 0) throw empty(place);
  const files: BuildFile[] = [];
  for (const name of source.names) {
    if (ctx.signal.aborted)
      throw new Fault("transient", "CANCELLED", "Stopped while the build was read.", "Nothing was changed.");
    const content = await source.read(name);
    files.push({
      key: `${prefix}${name}`,
      sha256: sum("sha256", content),
      md5: sum("md5", content),
      size: content.length,
      contentType: contentTypeOf(name, contentTypes),
      cacheControl: (isEntry(name, entries) ? cacheControl.entries : cacheControl.others) ?? null,
    });
  }
  return {
    files: files.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    hidden: source.hidden,
    read: (key) => source.read(key.slice(prefix.length)),
  };
}

type Source = { names: Set<string>; hidden: number; read: (name: string) => Promise<Buffer> };

/** Tells names that would be served from others, and ends with BUILD_TOO_LARGE as soon as there are too many. */
function sorting(place: string) {
  const found = { names: new Set<string>(), hidden: 0 };
  const takes = (name: string): boolean => {
    const hides = isHidden(name);
    if (hides) found.hidden += 1;
    else found.names.add(name);
    if (found.names.size > mostFiles) throw tooMany(place, `${mostFiles} files`);
    if (found.names.size + found.hidden > mostNames) throw tooMany(place, `${mostNames} names`);
    return !hides;
  };
  return { found, takes };
}

async function folder(place: string): Promise<Source> {
  const stat = await lstat(place).catch((error: unknown): never => {
    const code = error instanceof Error && "code" in error ? error.code : null;
    throw code === "ENOENT" || code === "ENOTDIR" ? missing(place) : unreadable(place);
  });
  if (!stat.isDirectory()) throw missing(place);
  const { found, takes } = sorting(place);
  try {
    for await (const one of await opendir(place, { recursive: true }))
      if (!one.isDirectory())
        takes(path.relative(place, path.join(one.parentPath, one.name)).split(path.sep).join("/"));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unreadable(place);
  }
  const read = async (name: string): Promise<Buffer> => {
    const file = await readPlainFile(path.join(place, name), mostFileBytes);
    if (file === null) throw changed(`${name} is gone from ${place}.`);
    return file.content;
  };
  return { ...found, read };
}

async function archive(place: string): Promise<Source> {
  const file = await readPlainFile(place, mostArchiveBytes);
  if (file === null) throw missing(place);
  const { found, takes } = sorting(place);
  const files = await readArchive(place, file.content, takes);
  const read = (name: string): Promise<Buffer> => {
    const content = files.get(name);
    return content === undefined ? Promise.reject(missing(name)) : Promise.resolve(content);
  };
  return { ...found, read };
}

/** What is not to be served: settings and histories of tools. `.well-known` is a part of a site. */
const isHidden = (name: string): boolean =>
  name.split("/").some((part) => part.startsWith(".") && part !== ".well-known");

export const sum = (kind: "sha256" | "md5", content: Buffer): string =>
  createHash(kind).update(content).digest("hex");

/** Of the whole list, as approvers sign it. */
export const filesHash = (files: readonly BuildFile[]): string =>
  sum(
    "sha256",
    Buffer.from(
      JSON.stringify(
        files.map((one) => [one.key, one.sha256, one.md5, one.size, one.contentType, one.cacheControl]),
      ),
    ),
  );

/** The build that was signed. Throws Fault BUILD_CHANGED where it is another one by now, with `more` after it. */
export async function signedBuild(ctx: Context, signed: Upload, more = ""): Promise<Build> {
  const build = await openBuild(ctx, signed.build);
  if (filesHash(build.files) === signed.sha256) return build;
  throw changed(
    `The build at ${signed.build} is not the one that was signed, or content types or cache control are set otherwise since.${more}`,
  );
}

export const changed = (what: string): Fault =>
  new Fault(
    "permanent",
    "BUILD_CHANGED",
    what,
    "Find out who changed the build, and bring it again as it was. Or make a new plan, so that approvers see what it would upload now.",
  );
const missing = (place: string): Fault =>
  new Fault(
    "permanent",
    "BUILD_MISSING",
    `There is no build at ${place}.`,
    "Bring the build of that version to the worker's machine, or correct build in the settings.",
  );
const unreadable = (place: string): Fault =>
  new Fault("permanent", "FILE_FORBIDDEN", `${place} cannot be read.`, "Let the worker's user read it.");
const empty = (place: string): Fault =>
  new Fault(
    "permanent",
    "BUILD_EMPTY",
    `There are no files at ${place}.`,
    "Bring the whole build, or correct build in the settings.",
  );
const tooMany = (place: string, most: string): Fault =>
  new Fault(
    "permanent",
    "BUILD_TOO_LARGE",
    `There are more than ${most} at ${place}.`,
    "Check the folder. A site of that size is restored by its object versions.",
  );
