import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { BandMap } from "#lib/domain/condition-bands.ts";
import { decide } from "#lib/domain/decision.ts";
import type { Facts } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { coverageMarkdown } from "#lib/domain/playbook-coverage-markdown.ts";
import { coverageOf } from "#lib/domain/playbook-coverage.ts";
import { proofFaults } from "#lib/domain/playbook-proof.ts";
import type { DecisionMatrix } from "#lib/domain/playbook-rule.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { documentIndexOf } from "#lib/queries/playbook/document-index.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const docs = path.resolve(import.meta.dirname, "..", "..", "docs", "playbooks");
const built = await builtInPlaybooks();

const enough = 200_000;
const [now, detectedAt] = [new Date(0), new Date(0)];

type Answers = { facts: Facts; sustainedFor: Record<string, number> };

/** One answer from every band of everything that a table asks about; none where that is more than enough. */
function* everyAnswer(map: BandMap, from = 0): Generator<Answers> {
  const dimension = map.dimensions[from];
  if (!dimension) {
    yield { facts: {}, sustainedFor: {} };
    return;
  }
  const { fact, held, values } = dimension;
  for (const { facts, sustainedFor } of everyAnswer(map, from + 1)) {
    for (const value of values) {
      if (value === null) continue;
      if (held === null) yield { facts: { ...facts, [fact]: value }, sustainedFor };
      else yield { facts, sustainedFor: { ...sustainedFor, [held]: Number(value) } };
    }
  }
}

function combinations(map: BandMap): number {
  return map.dimensions.reduce(
    (product, one) => product * one.values.filter((value) => value !== null).length,
    1,
  );
}

/** The playbook with one table, asked by itself. */
function only({ refines: _, ...table }: DecisionMatrix, playbook: Playbook): Playbook {
  return { ...playbook, matrices: [table] };
}

describe.each(built)("The built-in playbook $id", ({ id, source }) => {
  function playbook(): Playbook {
    const parsed = parsePlaybook(source);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults, null, 2));
    return parsed.playbook;
  }

  it("stands in the folder of its id, under the title of its document", async () => {
    expect(playbook().id).toBe(id);
    expect((await documentIndexOf(id)).document).toBe(playbook().document.title);
  });

  it("carries every heading and every row of its document", async () => {
    expect(coverageOf(playbook(), await documentIndexOf(id)).uncarried).toEqual([]);
  });

  it("names only sources that its document has", async () => {
    expect(coverageOf(playbook(), await documentIndexOf(id)).unnamed).toEqual([]);
  });

  it("has no rows of one rank that can want different things at once", () => {
    expect(proofFaults(playbook())).toEqual([]);
  });

  it("comes to one verdict for every combination of answers of every table, or ranks them", () => {
    const whole = playbook();
    let count = 0;
    for (const matrix of whole.matrices) {
      const map = new BandMap(
        whole.facts,
        matrix.rows.map((row) => row.when),
      );
      if (combinations(map) > enough) continue;
      const table = only(matrix, whole);
      for (const { facts, sustainedFor } of everyAnswer(map)) {
        const { verdict, rules, outranked, missing } = decide(table, facts, {
          now,
          detectedAt,
          sustainedFor,
        });
        count += 1;
        const rank = rules[0]?.rank ?? Infinity;
        const isOne = rules.every((rule) => rule.verdict === verdict);
        const isRanked = outranked.every((rule) => rule.verdict !== verdict && (rule.rank ?? 0) > rank);
        const isSettled = missing.length === 0 && rules[0]?.id !== whole.undecided.id;
        if (!isOne || !isRanked || !isSettled)
          expect.fail(JSON.stringify({ facts, sustainedFor, rules, outranked }));
      }
    }
    expect(count).toBeGreaterThan(0);
  }, 60_000);

  it("has a current coverage page; if not, run node bin/generate/playbook-coverage.ts", async () => {
    const page = fs.readFileSync(path.join(docs, `${id}.md`), "utf8");
    expect(page).toBe(coverageMarkdown(playbook(), await documentIndexOf(id)));
  });
});
