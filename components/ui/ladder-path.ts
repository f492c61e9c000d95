/** One row of the deployment history, newest first. */
export type Rung = {
  id: string;
  version: string;
  deployedAt: string;
  by?: string | null;
  strategy?: string | null;
  isRunning: boolean;
  isKnownGood: boolean;
  /** Why it is known good, in a few words: "served 9 d without an incident". */
  knownGoodBecause?: string | null;
  /** Why it is quarantined; null or absent where it is not. */
  quarantine?: string | null;
  /** What this release brought that going below it takes away: "migration 0042", "3 configuration keys". */
  brought?: readonly string[];
  /** Set where it cannot be chosen although known good: "never deployed to production". */
  unavailable?: string | null;
};

/** Where a rung lies relative to the way from the running version to the target. */
export type RungPlace = "from" | "between" | "to" | "off";

export type LadderPath = {
  direction: "down" | "up" | "none";
  places: RungPlace[];
  /** What is undone on the way down (or done again on the way up), the newest first; repeats removed. */
  crossed: string[];
  /** The versions that are left behind, the running one included. */
  leaves: string[];
};

/** Why a rung cannot be chosen as a target, or null where it can. */
export function whyNotTarget(rung: Rung): string | null {
  if (rung.isRunning) return "Running now";
  if (rung.quarantine !== null && rung.quarantine !== undefined) return `Quarantined: ${rung.quarantine}`;
  if (rung.unavailable !== null && rung.unavailable !== undefined) return rung.unavailable;
  return rung.isKnownGood ? null : "Not known to be good";
}

/** The way from the running rung to `targetId` along rungs that are ordered newest first. */
export function ladderPath(rungs: readonly Rung[], targetId: string | null): LadderPath {
  const from = rungs.findIndex((rung) => rung.isRunning);
  const to = targetId === null ? -1 : rungs.findIndex((rung) => rung.id === targetId);
  if (from < 0 || to < 0 || from === to) {
    return {
      direction: "none",
      places: rungs.map((_, i) => (i === from ? "from" : "off")),
      crossed: [],
      leaves: [],
    };
  }
  const isDown = to > from;
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  const places = rungs.map((_, i): RungPlace =>
    i === from ? "from" : i === to ? "to" : i > low && i < high ? "between" : "off",
  );
  const passed = isDown ? rungs.slice(from, to) : rungs.slice(to, from);
  return {
    direction: isDown ? "down" : "up",
    places,
    crossed: [...new Set(passed.flatMap((rung) => rung.brought ?? []))],
    leaves: isDown ? passed.map((rung) => rung.version) : [],
  };
}

/** The way in one sentence, as it is read out and printed under the ladder. */
export function ladderSentence(rungs: readonly Rung[], targetId: string | null): string {
  const path = ladderPath(rungs, targetId);
  const target = rungs.find((rung) => rung.id === targetId);
  if (!target || path.direction === "none") return "Choose a known good version to see the way to it.";
  const from = rungs.find((rung) => rung.isRunning)?.version ?? "";
  const between = path.places.filter((place) => place === "between").length;
  const past = between === 0 ? "" : `, past ${between} ${between === 1 ? "version" : "versions"}`;
  const carried =
    path.crossed.length === 0
      ? "Nothing else is recorded to change."
      : path.direction === "down"
        ? `Left behind: ${path.crossed.join(", ")}.`
        : `Brought back: ${path.crossed.join(", ")}.`;
  return `From ${from} ${path.direction} to ${target.version}${past}. ${carried}`;
}
