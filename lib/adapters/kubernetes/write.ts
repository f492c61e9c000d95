import type { AdapterContext, Receipt } from "#lib/adapters/contract.ts";
import type { Kube, PatchOperation } from "#lib/adapters/kubernetes/api.ts";
import { callOf, pathOf } from "#lib/adapters/kubernetes/look.ts";
import type { Kind } from "#lib/adapters/kubernetes/look.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Held = { metadata: { uid: string; resourceVersion: string } };
type Change<Object> = {
  kind: Kind;
  name: string;
  uid: string;
  look: () => Promise<Object>;
  /** What is missing to the wanted state; null: nothing. Throws Fault where it may not be touched any more. */
  missing: (object: Object) => readonly PatchOperation[] | null;
  summary: string;
  data: Receipt["data"];
};

const mostLooks = 6;

/**
 * Looks, and patches exactly the version of the object that was seen. After a conflict, or a patch without an answer,
 * it looks again: a patch that arrives late meets a newer version, and the server refuses it.
 */
export async function converge<Object extends Held>(
  ctx: AdapterContext<Settings>,
  kube: Kube,
  { kind, name, uid, look, missing, summary, data }: Change<Object>,
): Promise<Receipt> {
  const { namespace } = ctx.settings;
  let changed = false;
  let last: Fault | null = null;
  for (let looks = 0; looks < mostLooks; looks++) {
    const object = await look().catch((error: unknown) => {
      throw last === null || last.kind !== "unknown" ? error : last;
    });
    requireSame(object, uid, kind, name);
    const operations = missing(object);
    if (operations === null)
      return { changed, summary: changed ? summary : `${name} is as wanted already.`, data };
    try {
      await kube.patch(
        callOf("patch", kind, namespace, name),
        pathOf(kind, namespace, name),
        object.metadata.resourceVersion,
        operations,
      );
      changed = true;
      return { changed, summary, data };
    } catch (error) {
      if (!(error instanceof Fault) || (error.code !== "CONFLICT" && error.kind !== "unknown")) throw error;
      ctx.log(error.message);
      // Whoever changed it may have been the patch whose answer was lost.
      changed = changed || error.kind === "unknown";
      last = error;
    }
  }
  throw last ?? new Fault("transient", "CONFLICT", `${name} keeps changing.`, "It is looked at again.");
}

/** Throws Fault `permanent` for an object that was made anew since the plan. */
export function requireSame(object: Held, uid: string, kind: string, name: string): void {
  if (object.metadata.uid === uid) return;
  throw new Fault(
    "permanent",
    "DRIFT",
    `${name} (${kind}) is another object than the one that was planned for: somebody deleted it and made it anew.`,
    "Nothing was sent. Find out who did it, and make a new plan.",
  );
}
