import type { SystemActor } from "#lib/domain/actor.ts";

export const worker: SystemActor = { kind: "system", id: "worker" };
