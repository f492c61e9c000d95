import { fits } from "#lib/domain/version-range.ts";

/** A service depends on another; `versions` is the range of the other's versions that it needs, null: any. */
export type Dependency = { consumer: string; provider: string; versions: string | null };

/** A service in one environment, as far as it matters to those beside it. */
export type DependencyParty = {
  service: string;
  name: string;
  /** The reader may not know which service it is. */
  isHidden: boolean;
  /** What runs there; null: not known. */
  current: string | null;
  /** Where the same plan brings it; null: it stays. */
  to: string | null;
  /** What was deployed there and when, in any order. */
  deployments: readonly { version: string; deployedAt: Date }[];
  /** Versions that a rollback may go to, newest first. */
  knownGood: readonly string[];
};

export type DependencyVerdict = "compatible" | "incompatible" | "unknown";

/** What moving a service means for one service beside it. */
export type DependencyFinding = {
  /** Null for a service that the reader may not read. */
  service: string | null;
  name: string;
  /** Whether the service that moves needs it, or it needs the service that moves. */
  direction: "depends_on" | "depended_on_by";
  versions: string | null;
  /** What will run there. */
  version: string | null;
  verdict: DependencyVerdict;
  why: string;
  /** It cannot stay as it is, and nothing moves it yet. */
  mustMove: boolean;
  /** Known good versions that it could go to, the likeliest first; only where the verdict is incompatible. */
  candidates: string[];
};

const hiddenName = "a service you cannot read";

/**
 * How the services beside this one bear it when all parties are where they will be: those that it needs first, then
 * those that need it. Pure.
 */
export function dependencyFindings(
  service: string,
  parties: readonly DependencyParty[],
  dependencies: readonly Dependency[],
): DependencyFinding[] {
  const byId = new Map(parties.map((party) => [party.service, party]));
  const needed = dependencies.filter((one) => one.consumer === service);
  const needing = dependencies.filter((one) => one.provider === service);
  return [...needed, ...needing].flatMap((dependency) => {
    const consumer = byId.get(dependency.consumer);
    const provider = byId.get(dependency.provider);
    if (!consumer || !provider) return [];
    const isNeeded = dependency.consumer === service;
    const other = isNeeded ? provider : consumer;
    const { verdict, why } = judge(dependency, consumer, provider);
    const isWrong = verdict === "incompatible";
    return [
      {
        service: other.isHidden ? null : other.service,
        name: other.isHidden ? hiddenName : other.name,
        direction: isNeeded ? ("depends_on" as const) : ("depended_on_by" as const),
        versions: other.isHidden ? null : dependency.versions,
        version: other.isHidden ? null : versionOf(other),
        verdict,
        why,
        mustMove: isWrong && other.to === null,
        candidates: isWrong && !other.isHidden ? candidates(dependency, other, consumer, provider) : [],
      },
    ];
  });
}

/** Why a service moves together with the others: the dependency that would break if it stayed. Pure. */
export function whyItMoves(
  service: string,
  parties: readonly DependencyParty[],
  dependencies: readonly Dependency[],
): string {
  const moving = parties.filter((party) => party.to !== null || party.service === service);
  const staying = moving.map((party) => (party.service === service ? { ...party, to: null } : party));
  const broken = dependencyFindings(service, staying, dependencies).find(
    (finding) => finding.verdict === "incompatible",
  );
  return broken?.why ?? "It was asked for; no recorded dependency makes it move.";
}

function judge(
  { versions }: Dependency,
  consumer: DependencyParty,
  provider: DependencyParty,
): { verdict: DependencyVerdict; why: string } {
  const version = versionOf(provider);
  const verdict = verdictOf(versions, consumer, provider);
  if (consumer.isHidden || provider.isHidden) return { verdict, why: hiddenWhy(verdict, consumer, provider) };
  const need = `${consumer.name} needs ${provider.name} ${versions ?? ""}`;
  if (versions === null) return { verdict, why: `${consumer.name} names no range for ${provider.name}.` };
  if (version === null) return { verdict, why: `${need}; which version of it runs here is not known.` };
  switch (verdict) {
    case "unknown":
      return { verdict, why: `${need}; whether ${version} is that cannot be told.` };
    case "incompatible":
      return { verdict, why: `${need}; ${version} is not that.` };
    case "compatible":
      return {
        verdict,
        why: fits(version, versions)
          ? `${need}; ${version} is that.`
          : `${consumer.name} ${versionOf(consumer) ?? ""} and ${provider.name} ${version} ran here together before.`,
      };
  }
}

function verdictOf(
  versions: string | null,
  consumer: DependencyParty,
  provider: DependencyParty,
): DependencyVerdict {
  if (versions === null) return "compatible";
  const version = versionOf(provider);
  const fit = version === null ? null : fits(version, versions);
  if (fit === true) return "compatible";
  // A range is recorded without the version that needs it: of a version that comes back, the history knows more.
  if (consumer.to !== null && ranTogether(consumer, consumer.to, provider, version)) return "compatible";
  return fit === null ? "unknown" : "incompatible";
}

function hiddenWhy(verdict: DependencyVerdict, consumer: DependencyParty, provider: DependencyParty): string {
  if (verdict === "unknown") return `Whether ${hiddenName} bears it is not known.`;
  if (verdict === "compatible") return `It suits ${hiddenName}.`;
  return consumer.isHidden
    ? `${hiddenName.replace("a ", "A ")} needs another version of ${provider.name}.`
    : `${consumer.name} needs another version of ${hiddenName}.`;
}

function candidates(
  { versions }: Dependency,
  mover: DependencyParty,
  consumer: DependencyParty,
  provider: DependencyParty,
): string[] {
  const isProvider = mover.service === provider.service;
  const met = mover.knownGood.filter((version) =>
    isProvider
      ? ranTogether(consumer, versionOf(consumer), provider, version)
      : ranTogether(consumer, version, provider, versionOf(provider)),
  );
  // Nothing is recorded of what an earlier version of a consumer needs.
  const others = mover.knownGood.filter((version) => !isProvider || fits(version, versions ?? "*") !== false);
  return [...new Set(isProvider ? others.concat(met) : met.concat(others))];
}

function versionOf(party: DependencyParty): string | null {
  return party.to ?? party.current;
}

/** Shorter meetings are those of a release that is just being deployed. */
const leastTogetherMs = 30 * 60_000;

function ranTogether(
  a: DependencyParty,
  versionOfA: string | null,
  b: DependencyParty,
  versionOfB: string | null,
): boolean {
  const spansOfB = spans(b, versionOfB);
  return spans(a, versionOfA).some((one) =>
    spansOfB.some((other) => Math.min(one.to, other.to) - Math.max(one.from, other.from) >= leastTogetherMs),
  );
}

/** From when to when a version ran, in ms; what runs now has no end yet. */
function spans(party: DependencyParty, version: string | null): { from: number; to: number }[] {
  const rows = party.deployments.toSorted((a, b) => a.deployedAt.getTime() - b.deployedAt.getTime());
  return rows.flatMap((row, at) =>
    row.version === version
      ? [{ from: row.deployedAt.getTime(), to: rows[at + 1]?.deployedAt.getTime() ?? Infinity }]
      : [],
  );
}
