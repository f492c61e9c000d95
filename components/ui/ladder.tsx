"use client";

import { clsx } from "clsx";
import { useId, type ReactNode } from "react";
import {
  ladderPath,
  ladderSentence,
  whyNotTarget,
  type Rung,
  type RungPlace,
} from "#components/ui/ladder-path.ts";
import { LadderRail } from "#components/ui/ladder-rail.tsx";
import { LadderRung } from "#components/ui/ladder-rung.tsx";

type LadderProps = {
  /** Newest first. */
  rungs: readonly Rung[];
  targetId?: string | null;
  /** Makes the known good rungs choosable. */
  onTarget?: (id: string) => void;
  label?: string;
  /** Hidden input name, so that the ladder is a field of a form. */
  name?: string;
  /** What can be done with a rung, at its right end. */
  actionsFor?: (rung: Rung) => ReactNode;
};

/** The deployment history as a ladder. Choosing a target draws the way down and shows what lies between. */
export function Ladder({
  rungs,
  targetId = null,
  onTarget,
  label = "Deployment history",
  name,
  actionsFor,
}: LadderProps) {
  const group = useId();
  const path = ladderPath(rungs, targetId);
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{label}</legend>
      <ol>
        {rungs.map((rung, index) => {
          const place = path.places[index] ?? "off";
          const reason = whyNotTarget(rung);
          const canChoose = onTarget !== undefined && reason === null;
          const Row = canChoose ? "label" : "div";
          return (
            <li key={rung.id} className="relative">
              <Row
                className={clsx(
                  "grid has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-line-focus",
                  actionsFor ? "grid-cols-[4.25rem_1fr_auto]" : "grid-cols-[4.25rem_1fr]",
                  canChoose && "hover:bg-surface-panel",
                  place === "to" && "bg-state-ok-ground/60 hover:bg-state-ok-ground/60",
                )}
              >
                {canChoose && (
                  <input
                    type="radio"
                    className="sr-only"
                    name={name ?? group}
                    value={rung.id}
                    checked={rung.id === targetId}
                    onChange={() => onTarget(rung.id)}
                  />
                )}
                <LadderRail
                  rung={rung}
                  place={place}
                  direction={path.direction}
                  isFirst={index === 0}
                  isLast={index === rungs.length - 1}
                  delay={delayOf(path.places, index, path.direction)}
                />
                <LadderRung
                  rung={rung}
                  place={place}
                  direction={path.direction}
                  reason={onTarget ? reason : null}
                />
                {actionsFor && <span className="border-b border-line-faint pt-2">{actionsFor(rung)}</span>}
              </Row>
            </li>
          );
        })}
      </ol>
      {onTarget && (
        <p aria-live="polite" className="max-w-2xl pt-3 pl-[4.25rem] text-secondary">
          {ladderSentence(rungs, targetId)}
        </p>
      )}
    </fieldset>
  );
}

/** The way is drawn rung by rung, all of it within 160 ms. */
function delayOf(places: readonly RungPlace[], index: number, direction: "down" | "up" | "none"): number {
  const way = places.flatMap((place, at) => (place === "off" ? [] : [at]));
  const position = direction === "up" ? way.toReversed().indexOf(index) : way.indexOf(index);
  return way.length < 2 || position < 0 ? 0 : (position / way.length) * 100;
}
