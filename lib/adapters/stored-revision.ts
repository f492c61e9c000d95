import path from "node:path";
import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

const Revision = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/)
  .refine((text) => !text.includes(".."));

/** Settings of an adapter that puts back what a file in a folder on the worker's machine holds. */
export const RevisionFolder = AbsolutePath.describe(
  "Folder on the worker's machine that holds a file for each configuration revision",
);

export type StoredRevision = { revision: string; file: string; sha256: string; content: Buffer };

/** The configuration revision that the deployment record names; never "the newest". Throws Fault `permanent`. */
export function revisionOf(request: PlanRequest): string {
  const revision = request.to.artifacts.configurationRevision;
  if (revision === null)
    throw new Fault(
      "permanent",
      "NO_REVISION",
      `The deployment of ${request.to.version} names no configuration revision.`,
      "Report the deployment with configurationRevision, or leave the configuration out of the scope.",
    );
  return safeName(revision, "configuration revision");
}

/** A part of a file name that cannot lead anywhere else. Throws Fault `permanent` INVALID_REVISION. */
export function safeName(name: string, what: string): string {
  if (Revision.safeParse(name).success) return name;
  throw new Fault(
    "permanent",
    "INVALID_REVISION",
    `The ${what} in the deployment record cannot be part of a file name.`,
    "It is letters, digits, dots, hyphens, underscores and plus signs.",
  );
}

/** Reads the stored file of a revision. Throws Fault `permanent` BACKUP_MISSING. */
export async function readRevision(
  folder: string,
  revision: string,
  ending: string,
): Promise<StoredRevision> {
  const file = path.join(folder, `${revision}${ending}`);
  const found = await readPlainFile(file);
  if (found !== null) return { revision, file, sha256: found.sha256, content: found.content };
  throw new Fault(
    "permanent",
    "BACKUP_MISSING",
    `Nothing is stored for ${revision}: ${file} is not there.`,
    "Put the file there, or choose a version whose configuration was kept.",
  );
}

/** The stored file again, as it was signed. Throws Fault `permanent` BACKUP_CHANGED. */
export async function readSigned(
  folder: string,
  signed: { revision: string; sha256: string },
  ending: string,
): Promise<StoredRevision> {
  const stored = await readRevision(folder, signed.revision, ending);
  if (stored.sha256 === signed.sha256) return stored;
  throw new Fault(
    "permanent",
    "BACKUP_CHANGED",
    `${stored.file} is not what was signed: its content has the hash ${stored.sha256.slice(0, 12)}, not ${signed.sha256.slice(0, 12)}.`,
    "Find out who changed it. Make a new plan, so that approvers see what it would do now.",
  );
}

/** A stored JSON document in its shape. Throws Fault `permanent` BACKUP_CORRUPT, which never shows a value. */
export function parseRevision<T>(stored: StoredRevision, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(stored.content.toString("utf8")));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault(
    "permanent",
    "BACKUP_CORRUPT",
    `${stored.file} cannot be used${issue === undefined ? "" : `: at ${issue.path.join(".") || "its top"} it is not as expected (${issue.code})`}.`,
    "Correct the stored file, or choose a version whose configuration was kept whole.",
  );
}
