import type { KeyObject } from "node:crypto";
import type { z } from "zod";
import { verifyChain, type ChainVerifier } from "#lib/domain/audit-chain.ts";
import { ExportEnd, ExportEntry, ExportHeader } from "#lib/domain/audit-export.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { readPublicKey } from "#lib/platform/audit/audit-key.ts";
import { Checkpoint, isSignedBy } from "#lib/platform/audit/checkpoint.ts";
import { sha256 } from "#lib/platform/hash.ts";
import type { Verification } from "#lib/queries/audit/verify.ts";

export type ExportVerification = Verification & {
  /** The fingerprint of the key that the file names; null when it names none. */
  key: string | null;
};

class Bad extends Error {}

/**
 * Checks an exported record with nothing but the file: each entry, their order, and by the signed end that none was
 * cut off. With `trusted` keys, the file must be signed by one of them; without, only its own key can be asked.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  trusted: ReadonlyMap<string, KeyObject> = new Map(),
): Promise<ExportVerification> {
  const verifier = verifyChain(sha256);
  let key: { id: string; publicKey: KeyObject } | null = null;
  let end: Checkpoint | null = null;
  try {
    for await (const text of lines) {
      if (text.trim() === "") continue;
      if (end !== null) throw new Bad("There are lines after the end.");
      const value = readLine(text);
      if (key === null) key = readHeader(value, trusted);
      else end = readNext(value, verifier, key);
    }
    if (key === null) throw new Bad("The file is empty.");
    if (end === null) throw new Bad("The file ends early: its signed end is missing, so entries may be too.");
    return { ok: true, entries: verifier.entries(), checkpoint: shown(end), key: key.id };
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    const firstBad = verifier.last().position + 1;
    const problem = { kind: "unreadable", message: error.message } as const;
    return {
      ok: false,
      entries: verifier.entries(),
      firstBad,
      problem,
      checkpoint: null,
      key: key?.id ?? null,
    };
  }
}

function readHeader(value: unknown, trusted: ReadonlyMap<string, KeyObject>) {
  const header = parse(ExportHeader, value, "This is not an exported record of Lastgood.");
  const key = readKey(header.publicKey);
  if (trusted.size > 0 && !trusted.has(key.id)) {
    throw new Bad(`The file was signed with the key ${key.id}, which is not one that you trust.`);
  }
  return key;
}

function readKey(pem: string): { id: string; publicKey: KeyObject } {
  try {
    return readPublicKey(pem);
  } catch {
    throw new Bad("The public key in the first line cannot be read.");
  }
}

function readNext(
  value: unknown,
  verifier: ChainVerifier,
  key: { id: string; publicKey: KeyObject },
): Checkpoint | null {
  const isEnd = typeof value === "object" && value !== null && "end" in value;
  if (isEnd) {
    const { end } = parse(ExportEnd, value, "The end cannot be read.");
    const checkpoint = parse(Checkpoint, end, "The end cannot be read.");
    if (checkpoint.key !== key.id || !isSignedBy(checkpoint, key.publicKey)) {
      throw new Bad("The signature of the end is not right.");
    }
    const cut = verifier.end({ head: checkpoint });
    if (cut) throw new Bad(cut.message);
    return checkpoint;
  }
  const row = parse(ExportEntry, value, `The line after entry ${verifier.last().position} cannot be read.`);
  const body = row.entry === undefined ? (row.body ?? "") : canonical(row.entry);
  const problem = verifier.add({ position: row.position, hash: row.hash, body });
  if (problem) throw new Bad(problem.message);
  return null;
}

function readLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Bad("A line is not JSON: the file was cut or changed there.");
  }
}

function parse<S extends z.ZodType>(schema: S, value: unknown, message: string): z.output<S> {
  const { data, success } = schema.safeParse(value);
  if (!success) throw new Bad(message);
  return data;
}

function shown({ position, hash, at, key }: Checkpoint): Verification["checkpoint"] {
  return { position, hash, at, key };
}
