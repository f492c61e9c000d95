import { conditionWords } from "#components/playbook/condition-words.ts";
import { Part, SourceLine } from "#components/playbook/part.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { DecisionRow, Fallback } from "#lib/domain/playbook-rule.ts";

/** Every row of every table, in the order in which it decides. */
export function MatrixPart({ playbook }: { playbook: Playbook }) {
  return (
    <Part
      id="decide"
      title="How it decides"
      hint="Within a table the lowest rank that matches decides. What is not known is not taken for a no."
    >
      <div className="grid gap-6">
        {playbook.matrices.map((matrix) => (
          <section key={matrix.id} aria-label={matrix.title} className="min-w-0">
            <h3 className="border-b-2 border-line-strong pb-1 text-14">
              {matrix.title}
              {matrix.refines && (
                <span className="font-regular text-secondary">
                  , asked after {matrix.refines.verdicts.join(" or ").replaceAll("_", " ")}
                </span>
              )}
            </h3>
            <ul>
              {matrix.rows
                .toSorted((a, b) => a.rank - b.rank)
                .map((row) => (
                  <Row
                    key={row.id}
                    row={row}
                    when={conditionWords(row.when, playbook.facts)}
                    rank={row.rank}
                  />
                ))}
            </ul>
          </section>
        ))}
        <section aria-label="When no row matches" className="min-w-0">
          <h3 className="border-b-2 border-line-strong pb-1 text-14">When no row matches</h3>
          <ul>
            <Row row={playbook.otherwise} when="everything is known" rank={null} />
            <Row row={playbook.undecided} when="something is not known yet" rank={null} />
          </ul>
        </section>
      </div>
    </Part>
  );
}

function Row({ row, when, rank }: { row: DecisionRow | Fallback; when: string; rank: number | null }) {
  return (
    <li className="grid gap-x-4 gap-y-1.5 border-b border-line-faint py-2.5 lg:grid-cols-[2.5rem_minmax(0,1fr)_minmax(0,1fr)_15rem]">
      <span className="figures text-faint">{rank ?? "–"}</span>
      <p className="min-w-0 font-medium break-words">
        {when.charAt(0).toUpperCase() + when.slice(1)}
        <span className="figures block text-12 font-regular text-faint">{row.id}</span>
      </p>
      <p className="min-w-0 text-secondary">
        {row.because}
        <SourceLine source={row.source} />
      </p>
      <span className="flex flex-wrap content-start items-center gap-2">
        <StateBadge kind="verdict" state={row.verdict} />
        <SeverityBadge severity={row.severity} short />
        {row.deadlineMinutes !== null && (
          <span className="figures text-12 text-secondary">within {row.deadlineMinutes} min</span>
        )}
      </span>
    </li>
  );
}
