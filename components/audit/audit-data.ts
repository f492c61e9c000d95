import type { ActorRef } from "#lib/domain/actor.ts";
import type { JsonObject } from "#lib/domain/json.ts";

export type AuditEntry = {
  position: number;
  at: string;
  type: string;
  actor: ActorRef;
  subject: { kind: string; id: string };
  data: JsonObject;
  hash: string;
};
export type AuditFilters = { type: string; actor: string; subject: string; from: string; to: string };
export type Verification = {
  ok: boolean;
  entries: number;
  firstBad?: number;
  problem?: { message: string };
  checkpoint: { position: number; at: string; key: string } | null;
};
