/** How a migration can be undone, as its file tells. */
export type Undoing = {
  /** `nothing`: the migration itself does nothing, such as one that joins two branches. */
  can: "yes" | "nothing" | "missing" | "empty" | "raises";
  /** Inside the working folder. */
  file: string;
  line: number;
  sha256: string;
  /** False: parts of it are kept even when it fails half-way. */
  isTransactional: boolean;
  losses: { line: number; what: string }[];
};

export type Migration = {
  revision: string;
  /** The revisions that it follows: none for a first one, several where branches are joined. */
  after: readonly string[];
  /** Revisions of other branches that it needs. */
  needs: readonly string[];
  /** RFC 3339, where the file tells when it was written. */
  writtenAt: string | null;
  undoing: Undoing;
};

export type Graph = ReadonlyMap<string, Migration>;

/** One absolute downgrade: `target`, or `target` of the branch that holds `branch`. */
export type Leg = { target: string; branch: string | null };

export type Route = { undo: Migration[]; legs: Leg[] };

/** Why there is no way back; `revision` is the one to name. */
export type NoRoute = {
  why: "unknown_current" | "unknown_wanted" | "newer" | "elsewhere" | "redundant" | "branch_stays";
  revision: string;
};

const base = "base";

/**
 * The way from `current` down to exactly `wanted`: which migrations are undone, newest first, and by which absolute
 * downgrades, in the sense of `alembic downgrade`: whatever follows the target, or needs what follows it, is undone.
 */
export function routeDown(
  graph: Graph,
  current: readonly string[],
  wanted: readonly string[],
): Route | NoRoute {
  const unknownCurrent = current.find((one) => !graph.has(one));
  if (unknownCurrent !== undefined) return { why: "unknown_current", revision: unknownCurrent };
  const unknownWanted = wanted.find((one) => !graph.has(one));
  if (unknownWanted !== undefined) return { why: "unknown_wanted", revision: unknownWanted };
  const active = upTo(graph, current);
  const kept = upTo(graph, wanted);
  for (const one of wanted)
    if (!active.has(one))
      return {
        why: [...upTo(graph, [one])].some((it) => current.includes(it)) ? "newer" : "elsewhere",
        revision: one,
      };
  const redundant = wanted.find((one) => wanted.some((it) => it !== one && upTo(graph, [it]).has(one)));
  if (redundant !== undefined) return { why: "redundant", revision: redundant };

  const left = new Set(active);
  const legs: Leg[] = [];
  const go = (leg: Leg): boolean => {
    const gone = undoneBy(graph, left, leg);
    if (gone.length === 0 || gone.some((one) => kept.has(one))) return false;
    for (const one of gone) left.delete(one);
    legs.push(leg);
    return true;
  };
  for (const target of wanted.length === 0 ? [base] : wanted) go({ target, branch: null });
  // A branch that began below what is wanted goes back to where it began.
  for (;;) {
    const over = [...left].filter((one) => !kept.has(one));
    if (over.length === 0) break;
    const head = over.find((one) => !over.some((it) => follows(graph, it).includes(one))) ?? "";
    const fork = [...upTo(graph, [head], false)].find(
      (one) => kept.has(one) && over.some((it) => graph.get(it)?.after.includes(one)),
    );
    if (fork === undefined || !go({ target: fork, branch: head }))
      return { why: "branch_stays", revision: head };
  }
  const undo = newestFirst(
    graph,
    [...active].filter((one) => !kept.has(one)),
  );
  return { undo, legs };
}

/** Whether a database at `now` is at `from`, at `to`, or on the way from one down to the other. */
export function isOnTheWay(
  graph: Graph,
  now: readonly string[],
  { from, to }: { from: readonly string[]; to: readonly string[] },
): boolean {
  if (now.some((one) => !graph.has(one))) return false;
  const here = upTo(graph, now);
  const above = upTo(graph, from);
  return [...here].every((one) => above.has(one)) && [...upTo(graph, to)].every((one) => here.has(one));
}

/** The revisions that nothing else follows, sorted. */
export function headsOf(graph: Graph): string[] {
  const followed = new Set([...graph.values()].flatMap(({ after }) => after));
  return [...graph.keys()].filter((one) => !followed.has(one)).toSorted();
}

/** Of some revisions of the graph, each one before those that it follows or needs. */
export function newestFirst(graph: Graph, revisions: readonly string[]): Migration[] {
  const rest = new Set(revisions);
  const sorted: Migration[] = [];
  while (rest.size > 0) {
    const next = [...rest].find(
      (one) => ![...rest].some((it) => it !== one && follows(graph, it).includes(one)),
    );
    const migration = graph.get(next ?? "");
    if (next === undefined || migration === undefined)
      throw new Error("The migrations follow each other in a circle.");
    rest.delete(next);
    sorted.push(migration);
  }
  return sorted;
}

const follows = (graph: Graph, revision: string): readonly string[] => {
  const migration = graph.get(revision);
  return migration === undefined ? [] : [...migration.after, ...migration.needs];
};

/** These revisions and all that they follow and, unless told otherwise, need. */
function upTo(graph: Graph, revisions: readonly string[], needs = true): Set<string> {
  const found = new Set<string>();
  const waiting = [...revisions];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (found.has(one) || !graph.has(one)) continue;
    found.add(one);
    waiting.push(...(needs ? follows(graph, one) : (graph.get(one)?.after ?? [])));
  }
  return found;
}

function undoneBy(graph: Graph, active: ReadonlySet<string>, { target, branch }: Leg): string[] {
  const line = branch === null ? null : upTo(graph, [branch], false);
  const children = [...graph.values()]
    .filter(({ after }) => (target === base ? after.length === 0 : after.includes(target)))
    .map(({ revision }) => revision);
  const roots = line === null || children.length < 2 ? children : children.filter((one) => line.has(one));
  const gone = new Set(roots);
  for (let grew = true; grew;) {
    const more = [...active].filter(
      (one) => !gone.has(one) && follows(graph, one).some((it) => gone.has(it)),
    );
    for (const one of more) gone.add(one);
    grew = more.length > 0;
  }
  return [...gone].filter((one) => active.has(one));
}
