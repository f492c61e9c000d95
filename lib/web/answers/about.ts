import { z } from "zod";
import { Reversibility } from "#lib/domain/plan.ts";
import { StatusSnapshot } from "#lib/domain/status.ts";
import { AnyObject, answer } from "#lib/web/answers/common.ts";

export const Adapter = answer({
  id: z.string(),
  title: z.string(),
  settings: AnyObject.describe("JSON Schema"),
  operations: z.array(
    answer({
      id: z.string(),
      title: z.string(),
      desired: AnyObject.describe("JSON Schema"),
      reversibility: Reversibility,
    }),
  ),
  proof: answer({ kind: z.enum(["real", "contract"]), against: z.string() }),
}).meta({ id: "Adapter" });

export const RollbackMetrics = answer({
  days: z.number().int(),
  total: z.number().int(),
  byOutcome: z.record(z.string(), z.number().int()),
  rollbackSeconds: answer({ median: z.number().nullable(), p95: z.number().nullable() }),
  decideSeconds: answer({ median: z.number().nullable(), p95: z.number().nullable() }),
  recoverSeconds: answer({ median: z.number().nullable(), p95: z.number().nullable() }),
}).meta({ id: "RollbackMetrics" });

export const Status = StatusSnapshot.meta({ id: "Status" });
