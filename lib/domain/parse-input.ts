import type { z } from "zod";
import { Refusal } from "#lib/domain/errors.ts";

/** Parses what came from outside. Throws Refusal INVALID, naming each field. */
export function parseInput<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 50).map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message,
  }));
  const first = errors[0];
  const where = first?.path ? `${first.path}: ` : "";
  throw new Refusal("INVALID", `${where}${first?.message ?? "The input is not valid."}`, { errors });
}
