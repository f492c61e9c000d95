import { adapterDescriptions, type AdapterDescription } from "#lib/adapters/registry.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";

/** What can be rolled back, and what has to be said about a target of each kind. */
export async function listAdapters(actor: Actor): Promise<{ items: AdapterDescription[]; next: null }> {
  await assertMayRead(actor, "adapter.read");
  return { items: adapterDescriptions(), next: null };
}
