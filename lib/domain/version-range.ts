type Version = {
  /** Between the dots, most significant first. */
  numbers: number[];
  /** What follows a hyphen (`rc.1`): it comes before the same version without it. */
  preRelease: string[];
};

/**
 * Whether a version is in a range as people write them: `2.x`, `>=1.4.0 <2.0.0`, `^1.4`, `~1.4.2`, `1.2.3`,
 * `1.2 - 1.9`, `1.x || 3.x`; parts beside each other must all hold. Null: that cannot be told, as of a commit hash. A pre-release of
 * an excluded upper bound already is the next one: `2.0.0-rc.1` is not `<2.0.0`.
 */
export function fits(version: string, range: string): boolean | null {
  return any(range.split("||").map((alternative) => fitsAll(version, alternative)));
}

/** Negative, zero or positive, as `a` is older, the same or newer. Null where one of them is no row of numbers. */
export function compareVersions(a: string, b: string): number | null {
  if (bare(a) === bare(b)) return 0;
  const left = parse(a);
  const right = parse(b);
  return left && right ? compare(left, right) : null;
}

function fitsAll(version: string, range: string): boolean | null {
  const parts = range
    .replace(/(\S+)\s+-\s+(\S+)/g, ">=$1 <=$2")
    .replace(/(>=|<=|>|<|=|\^|~)\s+/g, "$1")
    .split(/[\s,]+/)
    .filter((part) => part !== "");
  const answers = parts.map((part) => fitsPart(version, part));
  // A part that is not understood may change what the others mean.
  return answers.includes(null) ? null : !answers.includes(false);
}

function any(answers: (boolean | null)[]): boolean | null {
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

function fitsPart(version: string, part: string): boolean | null {
  const [, sign = "", bound = ""] = /^(>=|<=|>|<|=|\^|~)?(.+)$/.exec(part) ?? [];
  if (/^[*xX]$/.test(bound)) return true;
  const found = parse(version);
  const wild = /^(.+?)(?:\.[xX*])+$/.exec(bound)?.[1];
  if (wild !== undefined) {
    const start = parse(wild);
    return found && start && start.preRelease.length === 0 && (sign === "" || sign === "=")
      ? begins(found, start.numbers)
      : null;
  }
  const order = compareVersions(version, bound);
  if (order === null) return null;
  if (sign === "" || sign === "=") return order === 0;
  const wanted = parse(bound);
  // The same text on both sides, and no number in it.
  if (!found || !wanted) return sign === "<" || sign === ">" ? null : true;
  switch (sign) {
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0 && !isPreReleaseOf(found, wanted);
    default:
      return order >= 0 && begins(found, kept(sign, wanted.numbers));
  }
}

/** What `^` and `~` hold fast: up to the first number that is not zero; or the first two. */
function kept(sign: string, numbers: readonly number[]): readonly number[] {
  if (sign === "~") return numbers.slice(0, 2);
  const first = numbers.findIndex((number) => number !== 0);
  return numbers.slice(0, first === -1 ? numbers.length : first + 1);
}

function begins(version: Version, start: readonly number[]): boolean {
  return start.every((number, at) => (version.numbers[at] ?? 0) === number);
}

function isPreReleaseOf(version: Version, bound: Version): boolean {
  const isSame = compareNumbers(version.numbers, bound.numbers) === 0;
  return isSame && version.preRelease.length > 0 && bound.preRelease.length === 0;
}

function compare(a: Version, b: Version): number {
  const order = compareNumbers(a.numbers, b.numbers);
  if (order !== 0) return order;
  if (a.preRelease.length === 0 || b.preRelease.length === 0)
    return b.preRelease.length - a.preRelease.length;
  for (let at = 0; at < Math.max(a.preRelease.length, b.preRelease.length); at++) {
    const left = a.preRelease[at];
    const right = b.preRelease[at];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const difference = compareWords(left, right);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** As semantic versions have it: numbers by value and before words, words by their letters. */
function compareWords(a: string, b: string): number {
  const areNumbers = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (areNumbers[0] && areNumbers[1]) return Number(a) - Number(b);
  if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function bare(version: string): string {
  return version.trim().replace(/^[vV](?=\d)/, "");
}

const numbered = /^(\d{1,15}(?:\.\d{1,15})*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const dated = /^(\d{4})-(\d{2})-(\d{2})(?=$|[.+-])/;

function parse(text: string): Version | null {
  const match = numbered.exec(bare(text).replace(dated, "$1.$2.$3"));
  const digits = match?.[1]?.split(".") ?? [];
  const [only = ""] = digits;
  // Seven digits and more on their own are a date, or as likely the beginning of a commit hash.
  if (!match || (digits.length === 1 && only.length >= 7 && !isDate(only))) return null;
  return { numbers: digits.map(Number), preRelease: match[2]?.split(".") ?? [] };
}

/** `20261121`, with or without hours, minutes and seconds. */
function isDate(digits: string): boolean {
  return /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{2}|\d{4}|\d{6})?$/.test(digits);
}
