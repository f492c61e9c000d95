import { z } from "zod";
import { JsonObject } from "#lib/domain/json.ts";

/** An export is lines of JSON: this first, then the entries, then an end. */
export const ExportHeader = z.object({
  lastgood: z.literal("audit"),
  version: z.literal(1),
  exportedAt: z.iso.datetime(),
  /** PEM. Whoever could change the file could change this too: compare its fingerprint with one kept elsewhere. */
  publicKey: z.string().max(2000),
});

/** `entry` is what was hashed, in its canonical form; `body` stands instead when the stored text is no such thing. */
export const ExportEntry = z.object({
  position: z.number().int(),
  hash: z.string(),
  entry: JsonObject.optional(),
  body: z.string().optional(),
});

/** Signed over the very last entry, so that a file cut short is noticed. */
export const ExportEnd = z.object({ end: z.unknown() });
