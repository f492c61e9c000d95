import { z } from "zod";
import type { Json } from "#lib/domain/json.ts";

/** What went wrong with a step. `unknown`: its effect may or may not have happened. */
export type StepError = {
  kind: "transient" | "permanent" | "unknown";
  code: string;
  message: string;
  advice: string;
};
/** Something that was seen at a target, and whether it is as it should be. */
export type Evidence = { title: string; ok: boolean; detail: string; at: string | null };

const ErrorShape = z.object({
  kind: z.enum(["transient", "permanent", "unknown"]).catch("unknown"),
  code: z.string().catch(""),
  message: z.string(),
  advice: z.string().catch(""),
});
const EvidenceShape = z.object({
  title: z.string().catch(""),
  ok: z.boolean().catch(false),
  detail: z.string().catch(""),
  at: z.string().nullable().catch(null),
});

/** Reads a stored error; null where there is none. A form that is not known is shown as it is, never hidden. */
export function readError(value: Json | undefined): StepError | null {
  if (value === null || value === undefined) return null;
  const read = ErrorShape.safeParse(value);
  if (read.success) return read.data;
  return { kind: "unknown", code: "", message: JSON.stringify(value), advice: "" };
}

export function readEvidence(value: Json | undefined): Evidence[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => {
    const read = EvidenceShape.safeParse(one);
    return read.success ? [read.data] : [];
  });
}

export function readLines(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((line) => typeof line === "string") : [];
}

export function readText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
