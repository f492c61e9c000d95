import { z } from "zod";

/** Which system answers at a target's address. */
export const Identity = z.strictObject({ kind: z.string(), id: z.string() });
export type Identity = z.infer<typeof Identity>;

const Version = z.strictObject({
  version: z.string(),
  /** RFC 3339, where the target tells. */
  deployedAt: z.string().nullable(),
  artifacts: z.record(z.string(), z.string().nullable()),
  /** How the target names it. */
  detail: z.string(),
});

/** What a look at a target showed. `reached` null: its adapter has no way to look beforehand. */
export const Seen = z.strictObject({
  reached: z.boolean().nullable(),
  identity: Identity.nullable(),
  tools: z.array(
    z.union([
      z.strictObject({ name: z.string(), path: z.string(), version: z.string() }),
      z.strictObject({ name: z.string(), missing: z.string() }),
    ]),
  ),
  evidence: z.array(
    z.strictObject({ title: z.string(), ok: z.boolean(), detail: z.string(), at: z.string() }),
  ),
  current: Version.nullable(),
  /** Newest first. */
  history: z.array(Version),
  fault: z.strictObject({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
});
export type Seen = z.infer<typeof Seen>;

/** Whether nothing speaks against rolling back through it; null: that cannot be told. */
export function isWell(seen: Seen): boolean | null {
  if (seen.fault !== null || seen.evidence.some(({ ok }) => !ok)) return false;
  return seen.tools.some((tool) => "missing" in tool) ? false : seen.reached;
}

/** Whether two answers came from one system; what cannot be told is no difference. */
export function isSameSystem(a: Identity | null, b: Identity | null): boolean {
  return a === null || b === null || (a.kind === b.kind && a.id === b.id);
}
