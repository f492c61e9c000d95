import { clsx } from "clsx";
import type { LadderPath, Rung, RungPlace } from "#components/ui/ladder-path.ts";

type LadderRailProps = {
  rung: Rung;
  place: RungPlace;
  direction: LadderPath["direction"];
  isFirst: boolean;
  isLast: boolean;
  delay: number;
};

/** One rung between its two rails, and the part of the way that passes it. The rung's centre lies 24 px below the top. */
export function LadderRail({ rung, place, direction, isFirst, isLast, delay }: LadderRailProps) {
  const isQuarantined = Boolean(rung.quarantine);
  const rail = clsx(
    "absolute w-px bg-line-strong",
    isFirst ? "top-3" : "top-0",
    isLast ? "bottom-2" : "bottom-0",
  );
  const passesDown = direction === "down" ? place !== "to" : place !== "from";
  const passesUp = direction === "down" ? place !== "from" : place !== "to";
  return (
    <span aria-hidden className="relative block overflow-visible">
      <span className={clsx(rail, "left-4")} />
      <span className={clsx(rail, "left-12")} />
      <span className={clsx("absolute top-6 -translate-y-1/2", barLook(rung, place))} />
      {isQuarantined && (
        <svg
          className="absolute top-6 left-6 size-4 -translate-y-1/2 text-state-danger-text"
          viewBox="0 0 16 16"
        >
          <path d="M2 2l12 12M14 2L2 14" stroke="currentColor" strokeWidth="2.25" />
        </svg>
      )}
      {rung.isRunning && (
        <svg className="absolute top-6 left-0 h-3 w-2.5 -translate-y-1/2 text-primary" viewBox="0 0 10 12">
          <path d="M0 0l10 6-10 6z" fill="currentColor" />
        </svg>
      )}
      {place !== "off" && direction !== "none" && (
        <span
          className="absolute inset-y-0 left-[1.9375rem] w-[3px] animate-draw-down"
          style={{ animationDelay: `${delay}ms` }}
        >
          {passesUp && (
            <span
              className={clsx(
                "absolute top-0 left-0 w-full bg-state-ok-line",
                place === "to" ? "h-[17px]" : "h-6",
              )}
            />
          )}
          {passesDown && (
            <span
              className={clsx(
                "absolute bottom-0 left-0 w-full bg-state-ok-line",
                place === "to" ? "top-[31px]" : "top-6",
              )}
            />
          )}
          {place === "from" && (
            <span className="absolute top-6 left-1/2 size-2.5 -translate-1/2 rounded-pill bg-state-ok-line" />
          )}
          {place === "to" && (
            <svg
              className={clsx(
                "absolute left-1/2 h-2 w-3.5 -translate-x-1/2 text-state-ok-line",
                direction === "down" ? "top-[13px]" : "top-[27px] rotate-180",
              )}
              viewBox="0 0 14 8"
            >
              <path d="M0 0h14L7 8z" fill="currentColor" />
            </svg>
          )}
        </span>
      )}
    </span>
  );
}

function barLook(rung: Rung, place: RungPlace): string {
  if (place === "to") return "left-2 h-[5px] w-12 bg-state-ok-line";
  if (rung.quarantine) return "left-4 h-px w-8 bg-line-strong";
  if (rung.isRunning)
    return clsx(
      "left-3 w-10",
      rung.isKnownGood ? "h-[5px] bg-ink" : "h-[7px] border border-ink bg-surface-ground",
    );
  if (rung.isKnownGood) return "left-4 h-[5px] w-8 bg-ink";
  return "left-4 h-0 w-8 border-t border-dashed border-line-strong";
}
