import type { Artifacts } from "#lib/domain/service.ts";

/** One row of an environment's deployment history. */
export type HistoryRow = Artifacts & {
  id: string;
  version: string;
  deployedAt: Date;
  knownGood: boolean | null;
  knownGoodReason: string | null;
  strategy: string | null;
};

export type History = {
  /** In any order. */
  deployments: readonly HistoryRow[];
  /** Versions quarantined in this environment. */
  pinned: readonly string[];
  /** What runs there now; null when that is not known. */
  current: string | null;
};

export type TargetRefusal = {
  code: "NEVER_DEPLOYED" | "PINNED" | "NOT_KNOWN_GOOD" | "INVALID";
  message: string;
};
export type TargetChoice = { ok: true; deployment: HistoryRow } | ({ ok: false } & TargetRefusal);

/** Whether a rollback may go to this version, by the newest row of the history that judged it. */
export function chooseTarget(history: History, version: string): TargetChoice {
  const rows = newestFirst(history.deployments).filter((row) => row.version === version);
  const judged = rows.find((row) => row.knownGood !== null);
  if (rows.length === 0) return no("NEVER_DEPLOYED", `${version} was never deployed here.`);
  if (history.pinned.includes(version)) return no("PINNED", `${version} is quarantined here.`);
  if (version === history.current) return no("INVALID", `${version} is what runs here now.`);
  if (!judged?.knownGood) {
    const why = judged ? "was judged not good" : "was never judged good";
    return no("NOT_KNOWN_GOOD", `${version} ${why} here.`);
  }
  return { ok: true, deployment: judged };
}

/**
 * The versions that the wizard offers, newest first, the first being the default, and those that it withholds with
 * the reason. Pure.
 */
export function offeredTargets(history: History): {
  offered: HistoryRow[];
  default: string | null;
  withheld: ({ version: string } & TargetRefusal)[];
} {
  const versions = [...new Set(newestFirst(history.deployments).map((row) => row.version))];
  const choices = versions.map((version) => ({ version, choice: chooseTarget(history, version) }));
  const offered = newestFirst(choices.flatMap(({ choice }) => (choice.ok ? [choice.deployment] : [])));
  const withheld = choices.flatMap(({ version, choice }) =>
    choice.ok ? [] : [{ version, code: choice.code, message: choice.message }],
  );
  return { offered, default: offered[0]?.version ?? null, withheld };
}

function newestFirst(rows: readonly HistoryRow[]): HistoryRow[] {
  return rows.toSorted((a, b) => b.deployedAt.getTime() - a.deployedAt.getTime() || (a.id < b.id ? 1 : -1));
}

function no(code: TargetRefusal["code"], message: string): { ok: false } & TargetRefusal {
  return { ok: false, code, message };
}
