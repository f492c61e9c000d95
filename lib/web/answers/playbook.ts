import { z } from "zod";
import { AnyObject, answer } from "#lib/web/answers/common.ts";

export const Playbook = answer({
  id: z.string(),
  version: z.number().int(),
  title: z.string(),
  summary: z.string(),
  facts: z.array(AnyObject),
  matrices: z.array(AnyObject),
  triggers: z.array(AnyObject),
  procedures: z.array(AnyObject),
  checklists: z.array(AnyObject),
  builtIn: z.boolean(),
  versions: z.array(z.number().int()),
  usedBy: z.array(z.string()),
}).meta({ id: "Playbook" });
