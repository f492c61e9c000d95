import { z } from "zod";
import { AnyObject, answer, AnyJson, Time } from "#lib/web/answers/common.ts";

export const AuditEntry = answer({
  position: z.number().int(),
  at: Time,
  type: z.string(),
  actor: answer({ kind: z.enum(["user", "system"]), id: z.string(), name: z.string() }),
  subject: answer({ kind: z.string(), id: z.string() }),
  data: AnyObject,
  hash: z.string(),
}).meta({ id: "AuditEntry" });

export const AuditVerification = answer({
  ok: z.boolean(),
  entries: z.number().int(),
  firstBad: AnyJson.optional(),
  checkpoint: AnyJson,
}).meta({ id: "AuditVerification" });
