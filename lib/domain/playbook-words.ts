import { z } from "zod";

/** Sizes that every part of a playbook shares. */
export const PartId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "Use 1 to 64 lower-case letters, digits and hyphens.");
export const Line = z.string().trim().min(1).max(300);
export const Prose = z.string().trim().min(1).max(2000);
/** The section of the team's document that says so. */
export const Source = z.string().trim().min(1).max(300);
export const Minutes = z.number().nonnegative().max(100_000);
export const Seconds = z.number().nonnegative().max(31_536_000);

/** From … to … minutes; the same twice where the document gives one figure. */
export const Span = z
  .strictObject({ from: Minutes, to: Minutes })
  .refine((span) => span.from <= span.to, { error: "The first figure is not above the second." });
export type Span = z.infer<typeof Span>;

export function listOf<T extends z.ZodType>(part: T, most = 200) {
  return z.array(part).max(most).default([]);
}
