import { clsx } from "clsx";
import type { ReactNode } from "react";
import { Ban, CircleArrowDown, Minus, Plus, ShieldCheck } from "lucide-react";
import { formatUtc, toInstant } from "#components/ui/format-time.ts";
import type { LadderPath, Rung, RungPlace } from "#components/ui/ladder-path.ts";
import { RelativeWords } from "#components/ui/relative-words.tsx";

type LadderRungProps = {
  rung: Rung;
  place: RungPlace;
  direction: LadderPath["direction"];
  reason: string | null;
};

/** What a rung says: version, standing, when and by whom, and what leaving it behind takes away. */
export function LadderRung({ rung, place, direction, reason }: LadderRungProps) {
  const at = toInstant(rung.deployedAt);
  const isPassed =
    direction === "down" ? place === "from" || place === "between" : place === "to" || place === "between";
  const brought = rung.brought ?? [];
  return (
    <span className={clsx("block min-w-0 border-b border-line-faint py-2.5 pr-3")}>
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={clsx("figures text-16 font-strong break-all", rung.quarantine && "text-faint")}>
          {rung.version}
        </span>
        {rung.isRunning && (
          <Mark
            icon={<CircleArrowDown className="rotate-[-90deg]" />}
            word="Running"
            look="text-primary font-strong"
          />
        )}
        {rung.quarantine && <Mark icon={<Ban />} word="Quarantined" look="text-state-danger-text" />}
        {!rung.quarantine &&
          (rung.isKnownGood ? (
            <Mark
              icon={<ShieldCheck />}
              word="Known good"
              look={place === "to" ? "text-state-ok-text" : "text-secondary"}
            />
          ) : (
            <span className="text-12 text-faint">Not known to be good</span>
          ))}
        {place === "to" && <span className="text-12 font-strong text-state-ok-text">Target</span>}
      </span>
      <span className="block text-12 text-faint">
        {at === null ? "time not known" : formatUtc(at).replace(/:\d\d UTC$/, " UTC")}
        {at !== null && (
          <>
            {" · "}
            <RelativeWords at={at} />
          </>
        )}
        {rung.by && ` · by ${rung.by}`}
        {rung.strategy && ` · ${rung.strategy}`}
      </span>
      {(rung.quarantine ?? rung.knownGoodBecause ?? (reason !== null && rung.unavailable)) && (
        <span className="block max-w-2xl pt-0.5 text-secondary">
          {rung.quarantine ?? rung.unavailable ?? rung.knownGoodBecause}
        </span>
      )}
      {brought.length > 0 && (
        <span className="flex flex-wrap gap-x-3 gap-y-0.5 pt-1">
          {brought.map((item) => (
            <span
              key={item}
              className={clsx(
                "inline-flex items-center gap-1 text-12",
                isPassed ? "text-primary" : "text-faint",
              )}
            >
              {isPassed && direction === "down" ? (
                <Minus aria-hidden className="size-3.5 text-state-ok-text" strokeWidth={3} />
              ) : (
                <Plus aria-hidden className="size-3 text-faint" />
              )}
              {isPassed && direction === "down" && <span className="sr-only">leaves behind </span>}
              {item}
            </span>
          ))}
        </span>
      )}
    </span>
  );
}

function Mark({ icon, word, look }: { icon: ReactNode; word: string; look: string }) {
  return (
    <span className={clsx("inline-flex items-center gap-1 text-12 font-medium [&>svg]:size-3.5", look)}>
      {icon}
      {word}
    </span>
  );
}
