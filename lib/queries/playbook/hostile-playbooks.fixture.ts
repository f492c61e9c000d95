import { stringify } from "yaml";
import { smallDocument } from "#lib/domain/playbook.fixture.ts";

type Condition = object;

let seed = 5;
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
}
function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const holes = times(8, (hole) => `h${hole}`);
const facts = [
  ...smallDocument.facts,
  ...times(40, (i) => ({ id: `f${i}`, type: "yes_no", question: "?", source: "S" })),
  ...times(9, (i) => ({
    id: `p${i}`,
    type: "choice",
    question: "?",
    options: holes.map((value) => ({ value, label: "Hole" })),
    source: "S",
  })),
];
const yesOrNo = (): Condition => ({ fact: `f${random(40)}`, is: random(2) === 0 });
const number = (): Condition => ({
  fact: "errors",
  [["above", "atLeast", "below", "atMost"][random(4)] ?? "above"]: random(10_000) / 100,
});
/** Nine pigeons in eight holes, each alone in its own: nothing meets it, and nobody has a quick proof of that. */
const pigeons = times(9, (a) => times(a, (b) => [a, b] as const))
  .flat()
  .map(([a, b]) => ({
    any: holes.map((hole) => ({ all: [{ fact: `p${a}`, is: hole }, { not: { fact: `p${b}`, is: hole } }] })),
  }));
/** Clauses of three: the classic hard case. */
const clauses = (leaf: () => Condition): Condition => ({ all: times(17, () => ({ any: times(3, leaf) })) });

/** The small playbook with these rows instead, written so that it stays below the limits of text. */
function withRows(conditions: readonly Condition[], rankOf: (index: number) => number, matrices = 1): string {
  const rows = conditions.map((when, i) => {
    const [verdict, rank] = [["rollback", "evaluate", "monitor"][i % 3] ?? "monitor", rankOf(i)];
    const row = { id: `r${i}`, rank, when, verdict, severity: "P1", because: "B", source: "S" };
    return { ...row };
  });
  const tables = times(matrices, (m) => ({
    id: `m${m}`,
    title: "M",
    source: "S",
    rows: rows.filter((_, i) => i % matrices === m),
  }));
  return stringify(
    { ...smallDocument, facts, matrices: tables },
    { aliasDuplicateObjects: false, indent: 1 },
  );
}

/** The small playbook with one text in place of another. */
const replaced = (from: string, to: string): string => stringify(smallDocument).replace(from, () => to);
const [procedure] = smallDocument.procedures;
const [rule] = smallDocument.matrices;
const nested = (depth: number): Condition =>
  times(depth, () => 0).reduce<Condition>((inner) => ({ not: inner }), { fact: "outage", is: true });

/** Playbooks of the right look that are meant to cost much or to slip through: what each does, the text, the reason. */
export const hostilePlaybooks: [does: string, yaml: string, because: RegExp][] = [
  [
    "hides a hard problem in two rows of one rank",
    withRows([{ all: pigeons.slice(0, 18) }, { all: pigeons.slice(18) }], () => 1),
    /too intricate to prove that "r1" and "r0"/,
  ],
  [
    "hides it among 72 rows of clauses",
    withRows(
      [{ all: pigeons.slice(0, 20) }, { all: pigeons.slice(20) }, ...times(70, () => clauses(yesOrNo))],
      () => 1,
    ),
    /too intricate|both hold/,
  ],
  [
    "has 75 rows of clauses over numbers in one rank",
    withRows(
      times(75, () => clauses(number)),
      () => 1,
    ),
    /both hold/,
  ],
  [
    "has 110 rows of fifty comparisons that nothing meets, in one rank",
    withRows(
      times(110, () => ({ all: times(50, yesOrNo) })),
      () => 1,
    ),
    /No combination of answers meets|too intricate/,
  ],
  [
    "has 110 rows of fifty comparisons that all hold at once",
    withRows(
      times(110, () => ({ any: times(50, yesOrNo) })),
      () => 1,
    ),
    /both hold with/,
  ],
  [
    "has 150 rows of fifty numbers, each in its rank, most of which never count",
    withRows(
      times(150, () => ({ any: times(50, number) })),
      (i) => i,
    ),
    /never counts/,
  ],
  ["has 1,500 rows of one rank in ten tables", withRows(times(1500, yesOrNo), () => 1, 10), /both hold with/],
  ["has 201 rows in a table", withRows(times(201, yesOrNo), (i) => i), /<=200/],
  ["nests a condition 40 deep", withRows([nested(40)], () => 1), /nested more than/],
  [
    "has fifty procedures that all lead to each other",
    stringify(
      {
        ...smallDocument,
        procedures: times(50, (i) => ({
          ...procedure,
          id: `p${i}`,
          then: times(10, (j) => `p${(i + j + 1) % 50}`),
        })),
        matrices: [{ ...rule, rows: times(1, () => ({ ...rule?.rows[0], procedures: ["p0"] })) }],
      },
      { aliasDuplicateObjects: false },
    ),
    /that never ends/,
  ],
  [
    "has every id twice",
    stringify(
      {
        ...smallDocument,
        facts: [...smallDocument.facts, ...smallDocument.facts],
        procedures: [procedure, procedure],
        matrices: [rule, rule],
      },
      { aliasDuplicateObjects: false },
    ),
    /already a fact "errors"[^]*already a procedure "back"|already a rule/,
  ],
  ["has a rank that is text", replaced("rank: 10", "rank: first"), /expected number/],
  ["has a rank that is no whole number", replaced("rank: 10", "rank: 1.5"), /expected int/],
  ["has a rank beyond counting", replaced("rank: 10", "rank: 1e308"), /expected int|Too big/],
  ["has a list where one thing belongs", replaced("title: Small", "title: [Small]"), /expected string/],
  ["has a map where a list belongs", replaced("matrices:\n  - id: main", "matrices:\n    id: main"), /./],
  ["has null where something belongs", replaced("title: Small", "title:"), /expected string/],
  ["has a number where true or false belongs", replaced("above: 5", "is: 5"), /expected|Invalid/],
  [
    "has a condition of two kinds",
    replaced("above: 5", "above: 5\n          all: []"),
    /Unrecognized|Invalid/,
  ],
  ["has a condition that is code", replaced("above: 5", "above: 5 > 4"), /expected number/],
  ["has a verdict of its own", replaced("verdict: rollback", "verdict: panic"), /Invalid option/],
  ["has an id that is a path", replaced("id: small", "id: ../../etc"), /lower-case letters/],
  ["has an id that is a number", replaced("id: small", "id: 1"), /expected string/],
  ["comes from another format", replaced("format: 1", "format: 2"), /expected 1/],
  ["has a title of 8,000 letters", replaced("title: Small", `title: ${"x".repeat(8000)}`), /<=300/],
];
