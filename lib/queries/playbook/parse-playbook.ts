import type { z } from "zod";
import { Playbook, type PlaybookFault } from "#lib/domain/playbook.ts";
import { checkPlaybook } from "#lib/domain/playbook-check.ts";
import { readYaml } from "#lib/platform/yaml.ts";

export type ParsedPlaybook = { ok: true; playbook: Playbook } | { ok: false; faults: PlaybookFault[] };

const shown = 100;

/**
 * Reads a playbook document and says everything that is wrong with it: path, reason and line. Stores nothing, never
 * throws, and takes less than a second whatever it is given.
 */
export function parsePlaybook(yaml: string): ParsedPlaybook {
  const read = readYaml(yaml);
  if (!read.ok) return read;
  const parsed = Playbook.safeParse(read.value);
  const faults = parsed.success
    ? checkPlaybook(parsed.data)
    : parsed.error.issues.slice(0, shown).map((issue) => issueFault(issue, []));
  if (parsed.success && faults.length === 0) return { ok: true, playbook: parsed.data };
  return {
    ok: false,
    faults: faults.slice(0, shown).map((fault) => ({
      ...fault,
      message: fault.message.slice(0, 300),
      line: read.lineOf(fault.path.split(".")),
    })),
  };
}

/** A union's fault is that of the branch which came closest: the one with the fewest complaints. */
function issueFault(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): PlaybookFault {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union") {
    const closest = issue.errors
      .filter((branch) => branch.length > 0)
      .toSorted((a, b) => a.length - b.length)[0];
    if (closest?.[0]) return issueFault(closest[0], path);
  }
  return { path: path.map(String).join("."), message: issue.message };
}
