import { Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

/** A situation that somebody makes up, as typed; its address carries all of it. */
export type TriedSituation = {
  /** By fact. */
  answers: Readonly<Record<string, string>>;
  /** One of `triedPlaces`. */
  place: string;
  severity: Severity | null;
};

export type TriedPlace = { id: string; label: string; environment: { name: string; protected: boolean } };

const prefix = "fact.";
const usualPlace = "production-protected";
/** What an address can carry of one answer. */
const longest = 500;

/** Where it may be: a protected and an unprotected environment, and those that a rule of authority names. */
export function triedPlaces(playbook: Pick<Playbook, "authority">): TriedPlace[] {
  const named = new Set(playbook.authority.rules.flatMap((rule) => rule.named ?? []));
  const usual = [place("production", true), place("staging", false)];
  const others = [...named].flatMap((name) => [place(name, true), place(name, false)]);
  return [...usual, ...others.filter((one) => usual.every((known) => known.id !== one.id))];
}

/** The situation in an address; what it does not say, or says wrongly, is as at first. */
export function situationIn(asked: URLSearchParams): TriedSituation {
  const answers = [...asked]
    .filter(([name, text]) => name.startsWith(prefix) && text.length <= longest)
    .map(([name, text]) => [name.slice(prefix.length), text] as const);
  return {
    answers: Object.fromEntries(answers),
    place: asked.get("place") ?? usualPlace,
    severity: Severity.safeParse(asked.get("severity")).data ?? null,
  };
}

/** An address with this situation in place of the one that it carried; the rest of it stays. */
export function withSituation(asked: URLSearchParams, situation: TriedSituation): URLSearchParams {
  const next = new URLSearchParams(
    [...asked].filter(([name]) => !name.startsWith(prefix) && name !== "place" && name !== "severity"),
  );
  if (situation.place !== usualPlace) next.set("place", situation.place);
  if (situation.severity !== null) next.set("severity", situation.severity);
  for (const [id, text] of Object.entries(situation.answers)) {
    if (text !== "") next.set(prefix + id, text);
  }
  return next;
}

function place(name: string, isProtected: boolean): TriedPlace {
  const word = isProtected ? "protected" : "unprotected";
  return {
    id: `${name}-${word}`,
    label: `${name}, ${word}`,
    environment: { name, protected: isProtected },
  };
}
