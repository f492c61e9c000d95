import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { flagMissing, word } from "#lib/adapters/feature-flag/flag-faults.ts";
import type { Provider } from "#lib/adapters/feature-flag/provider.ts";
import type { File, Settings } from "#lib/adapters/feature-flag/schema.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import type { PlainFile } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

const Plain = z.record(z.string(), z.json());
const Flagd = z.looseObject({
  flags: z.record(z.string(), z.looseObject({ state: z.enum(["ENABLED", "DISABLED"]) })),
});

/** A JSON file, replaced in one step; mode and owner stay. */
export function fileProvider(ctx: AdapterContext<Settings>, { path, format }: File): Provider {
  const read = async (name: string): Promise<boolean> =>
    format === "flagd"
      ? flagdEntry(await load(path), path, name).entry.state === "ENABLED"
      : plainValue(await load(path), path, name).value;
  return {
    place: path,
    read,
    write: async ({ name, enabled }) => {
      const file = await load(path);
      const content =
        format === "flagd" ? withState(file, path, name, enabled) : withValue(file, path, name, enabled);
      await replaceAtomically(path, Buffer.from(content), file.stat, `${ctx.effectKey} ${name}`);
    },
    evaluate: async ({ name, enabled }) => [
      evidence("The file", (await read(name)) === enabled, `${name} stands there as ${word(enabled)}.`),
    ],
    // A file has no identity but its path, which whoever replaces it in one step keeps.
    identify: () => Promise.resolve({ kind: "file", id: path }),
    inspect: () => Promise.resolve([]),
  };
}

async function load(path: string): Promise<PlainFile> {
  const file = await readPlainFile(path);
  if (file !== null) return file;
  throw new Fault("permanent", "FILE_MISSING", `${path} is not there.`, "Correct the path in the settings.");
}

function flagdEntry(file: PlainFile, path: string, name: string) {
  const document = parsed(file, path, Flagd);
  const entry = Object.hasOwn(document.flags, name) ? document.flags[name] : undefined;
  if (entry === undefined) throw flagMissing(name, path);
  return { document, entry };
}

function plainValue(file: PlainFile, path: string, name: string) {
  const document = parsed(file, path, Plain);
  const value = Object.hasOwn(document, name) ? document[name] : undefined;
  if (typeof value !== "boolean") throw flagMissing(name, path);
  return { document, value };
}

function withState(file: PlainFile, path: string, name: string, enabled: boolean): string {
  const { document, entry } = flagdEntry(file, path, name);
  entry.state = enabled ? "ENABLED" : "DISABLED";
  return text(document, file);
}

function withValue(file: PlainFile, path: string, name: string, enabled: boolean): string {
  const { document } = plainValue(file, path, name);
  return text({ ...document, [name]: enabled }, file);
}

function parsed<T>(file: PlainFile, path: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parseJson(file.content.toString("utf8")));
  if (result.success) return result.data;
  throw new Fault(
    "permanent",
    "FILE_CORRUPT",
    `${path} is not a file of flags in the format that the settings say.`,
    "Correct the file, or the format in the settings.",
  );
}

/** Written as it was: with its own indentation, and its line break at the end. */
function text(document: object, { content }: PlainFile): string {
  const before = content.toString("utf8");
  const indent = /\n([ \t]+)"/.exec(before)?.[1] ?? "";
  return JSON.stringify(document, null, indent) + (before.endsWith("\n") ? "\n" : "");
}
