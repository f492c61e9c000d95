import { z } from "zod";
import { Playbook } from "#lib/domain/playbook.ts";

/** The playbook format as JSON Schema (2020-12), for editors. Says less than `parsePlaybook`: shapes, not references. */
export function playbookJsonSchema(): string {
  const schema = z.toJSONSchema(Playbook, { io: "input", reused: "ref" });
  const head = { title: "Lastgood playbook", description: "A team's rollback rules as data." };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
}
