import { clsx } from "clsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { LedgerLine, type LedgerStep } from "#components/ui/ledger-line.tsx";

type LedgerPhase = { id: string; title: string; steps: readonly LedgerStep[] };
type NotReverted = { what: string; why: string };

type LedgerProps = {
  phases: readonly LedgerPhase[];
  /** The key of the first step that cannot be undone; the line is drawn across the page before it. */
  pointOfNoReturn?: string | null;
  notReverted: readonly NotReverted[];
  /** What the targets would have looked at and the procedure does not. */
  notLookedAt?: readonly NotReverted[] | undefined;
  label?: string;
};

/** A plan as numbered lines in phases. Read it from top to bottom: this is what will be done, and this is what will not. */
export function Ledger({
  phases,
  pointOfNoReturn = null,
  notReverted,
  notLookedAt = [],
  label = "Plan",
}: LedgerProps) {
  const isLive = phases.some((phase) => phase.steps.some((step) => step.live !== undefined));
  const filled = phases.filter((phase) => phase.steps.length > 0);
  const before = filled.map((_, index) =>
    filled.slice(0, index).reduce((sum, phase) => sum + phase.steps.length, 0),
  );
  return (
    <div role="group" aria-label={label}>
      {filled.map((phase, phaseIndex) => (
        <div key={phase.id} className="pb-5">
          <PhaseHead
            title={phase.title}
            note={`${phase.steps.length} ${phase.steps.length === 1 ? "step" : "steps"}, at most ${formatLimit(phase.steps.reduce((sum, step) => sum + step.limitSeconds, 0))}`}
          />
          <ol start={(before[phaseIndex] ?? 0) + 1}>
            {phase.steps.map((step, index) => (
              <LedgerLine
                key={step.key}
                step={step}
                number={(before[phaseIndex] ?? 0) + index + 1}
                isLive={isLive}
                before={step.key === pointOfNoReturn ? <PointOfNoReturn /> : null}
              />
            ))}
          </ol>
        </div>
      ))}
      <div>
        <PhaseHead title="Not reverted" note={notReverted.length === 0 ? "" : "stays as it is"} />
        {notReverted.length === 0 ? (
          <p className="border-b border-line-faint py-3 pl-10">
            Nothing is left out: everything that this release changed is put back.
          </p>
        ) : (
          <LeftOut items={notReverted} />
        )}
      </div>
      {notLookedAt.length > 0 && (
        <div className="pt-5">
          <PhaseHead title="Not looked at" note="the targets offer it" />
          <LeftOut items={notLookedAt} />
        </div>
      )}
    </div>
  );
}

function LeftOut({ items }: { items: readonly NotReverted[] }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item.what} className="grid grid-cols-[2.5rem_1fr] border-b border-line-faint py-2.5">
          <span aria-hidden className="mt-2.5 h-0.5 w-3.5 bg-ink" />
          <div>
            <p className="text-16 font-medium">{item.what}</p>
            <p className="max-w-2xl text-secondary">{item.why}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function PhaseHead({ title, note }: { title: string; note: string }) {
  return (
    <header className="flex items-baseline gap-3 border-b-2 border-line-strong pt-1 pb-1">
      <h3 className="text-14 font-strong">{title}</h3>
      <span className="ml-auto text-12 text-faint">{note}</span>
    </header>
  );
}

function PointOfNoReturn() {
  return (
    <div
      role="note"
      className={clsx(
        "relative -mx-4 flex items-center gap-3 px-4 py-3 text-state-danger-text sm:mx-0 sm:px-0",
      )}
    >
      <span aria-hidden className="h-[3px] w-7 shrink-0 bg-state-danger-line" />
      <p className="text-14">
        <span className="font-strong">Point of no return.</span> What is done below this line cannot be
        undone.
      </p>
      <span aria-hidden className="h-[3px] grow bg-state-danger-line" />
    </div>
  );
}
