import { stringify } from "yaml";
import { smallDocument } from "#lib/domain/playbook.fixture.ts";

const MiB = 1_048_576;
const small = stringify(smallDocument);

const lol = ["a: &a [x, x, x, x, x, x, x, x, x]"];
for (let i = 0; i < 30; i++) {
  const [next, last] = [`b${i}`, i === 0 ? "a" : `b${i - 1}`];
  lol.push(`${next}: &${next} [${Array.from({ length: 9 }, () => `*${last}`).join(", ")}]`);
}
const bigKeys = Array.from({ length: 19_000 }, (_, i) => `k${i}: 1`).join("\n");

/** Documents that a stranger may send: what each does, the text, and the reason for refusing it. */
export const hostileDocuments: [does: string, yaml: string, because: RegExp][] = [
  ["is empty", "", /object/],
  ["is one word", "hello", /object/],
  ["is 10 MB", "a".repeat(10 * MiB), /larger than 1 MiB/],
  ["is 10 MB of brackets", "[".repeat(10 * MiB), /larger than 1 MiB/],
  ["is larger in bytes than in characters", "é".repeat(MiB * 0.75), /larger than 1 MiB/],
  ["is one open bracket after another", "[".repeat(MiB), /too long/],
  ["nests flow deeply over lines", "[\n".repeat(15_000), /nested more than/],
  [
    "nests maps deeply",
    Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    /nested|stack|deep/i,
  ],
  ["nests lists on one line", "- ".repeat(4000) + "x", /nested more than/],
  ["nests keys on one line", "? ".repeat(4000) + "x", /nested more than/],
  ["nests flow on one line", `${"{a: ".repeat(1500)}1${"}".repeat(1500)}`, /nested more than/],
  ["opens ten lists on each line", `${"- ".repeat(10)}x\n`.repeat(19_000), /too many values/],
  ["closes brackets it never opened", "]\n".repeat(15_000), /brackets/],
  ["repeats compact maps", "a: ".repeat(2700), /./],
  ["has a hundred thousand lines", "a: 1\n".repeat(100_000), /lines/],
  ["has nineteen thousand keys", bigKeys, /Unrecognized|Invalid|expected/],
  ["has a list of nineteen thousand", `facts:\n${"  - 1\n".repeat(19_000)}`, /./],
  [
    "has a thousand conditions inside each other",
    `a: ${"{not: ".repeat(100)}1${"}".repeat(100)}`,
    /nested more than/,
  ],
  ["aliases explode", lol.join("\n"), /aliases|too many values/],
  ["an alias leads back to itself", "a: &a [*a]", /leads back to itself/],
  ["an alias leads back by a map", "a: &a\n  b:\n    c: *a\n", /leads back to itself/],
  ["an alias has no anchor", "a: *nobody", /nobody/],
  ["has a type tag", 'a: !!js/function "function(){}"', /tag/i],
  ["has a standard tag", "a: !!str 5", /tags are not allowed/],
  ["has a tag of its own", "a: !Thing {}", /tag/i],
  ["has a binary", "a: !!binary aGk=", /tag/i],
  ["has a directive", "%YAML 1.1\n---\na: 1\n", /directives/],
  ["is two documents", "a: 1\n---\nb: 2\n", /document/],
  ["has a key twice", `${small}\nid: other\n`, /"id" stands here twice/],
  ["has a key that is a list", "? [a, b]\n: 1\n", /key is plain text/],
  ["has a key that is a number", "1: a\n", /key is plain text/],
  ["reaches for the prototype", "__proto__: {polluted: true}\n", /not allowed/],
  ["has a merge key", "a: &a {x: 1}\nb: {<<: *a}\n", /Merge keys are not allowed/],
  ["has a merge key among others", `${small}\n<<: {id: other}\n`, /Merge keys are not allowed/],
  ["begins with a byte order mark", `\ufeff${small}`, /byte order mark/],
  ["has a byte order mark within", small.replace("id: small", "id: \ufeffsmall"), /byte order mark/],
  ["has a number that JSON cannot hold", "format: .nan\n", /JSON/],
  ["has control characters", "a: \u0000\n", /control characters/],
  ["never closes a quote", `a: "${"x\n".repeat(1000)}`, /./],
  ["is many percent signs", "%\n".repeat(19_000), /directives/],
  ["is many anchors", Array.from({ length: 19_000 }, (_, i) => `- &a${i} x`).join("\n"), /expected|object/],
  ["is many comments", "#\n".repeat(19_000), /object/],
  ["breaks a plain scalar over many lines", "a\n".repeat(19_000), /object/],
  ["uses tabs", "a:\n\tb: 1\n", /./],
];
