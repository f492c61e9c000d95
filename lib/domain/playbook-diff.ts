import type { Json } from "#lib/domain/json.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

type FieldChange = {
  /** Within the part: `deadlineMinutes`, `limits.rollbackSeconds`; `order` for the order of a list. */
  path: string;
  /** Null where there is none. */
  before: Json;
  after: Json;
};

/** A part of a playbook that two versions do not share as it is. */
export type PartChange = {
  kind: "added" | "removed" | "changed";
  /** The chapter that it stands in: `matrices`, `triggers`, `document` for what stands at the top. */
  section: string;
  /** Its address by ids: `matrices.critical-issues.rows.error-rate-high`. */
  part: string;
  title: string;
  /** What differs within it; empty where the whole part came or went. */
  fields: FieldChange[];
};

export type PlaybookDiff = {
  /** Those that came first, then those that went, then those that changed. */
  parts: PartChange[];
  /** How many more there are than are told. */
  left: number;
};

const mostParts = 500;

/** What differs between two versions of a playbook, part by part; their version numbers apart. Pure. */
export function diffPlaybooks(before: Playbook, after: Playbook): PlaybookDiff {
  const found = new Map<string, PartChange>();
  const walk = new Walk(found);
  for (const name of keysOf(before, after)) {
    if (name !== "version") walk.top(name, read(before, name), read(after, name));
  }
  const order = { added: 0, removed: 1, changed: 2 };
  const all = [...found.values()].toSorted((a, b) => order[a.kind] - order[b.kind]);
  return { parts: all.slice(0, mostParts), left: Math.max(0, all.length - mostParts) };
}

type Part = { section: string; part: string; title: string };
type Fields = Record<string, unknown>;

class Walk {
  readonly #found: Map<string, PartChange>;
  constructor(found: Map<string, PartChange>) {
    this.#found = found;
  }

  /** A chapter: a list of parts, a group of them, one part, or a word at the top. */
  top(name: string, before: unknown, after: unknown): void {
    if (isFields(before) && isFields(after) && groups.has(name)) {
      for (const key of keysOf(before, after)) {
        const [was, is] = [read(before, key), read(after, key)];
        const part = { section: name, part: `${name}.${key}`, title: titleOf(is ?? was, key) };
        this.#compare(part, "", was, is);
      }
      return;
    }
    const isWord = !isFields(before ?? after) && !Array.isArray(before ?? after);
    if (isWord)
      this.#compare(
        { section: "document", part: "document", title: "Title and summary" },
        name,
        before,
        after,
      );
    else
      this.#compare({ section: name, part: name, title: titleOf(after ?? before, name) }, "", before, after);
  }

  #compare(part: Part, path: string, before: unknown, after: unknown): void {
    if (same(before, after)) return;
    const lists = identified(before, after);
    if (lists) this.#lists(part, path, lists);
    else if (path === "" && (before ?? null) === null) this.#whole("added", part);
    else if (path === "" && (after ?? null) === null) this.#whole("removed", part);
    else if (isFields(before) && isFields(after) && !isCondition(path)) {
      for (const key of keysOf(before, after)) {
        this.#compare(part, path === "" ? key : `${path}.${key}`, read(before, key), read(after, key));
      }
    } else this.#field(part, path, before, after);
  }

  #lists(part: Part, path: string, { before, after }: Lists): void {
    const address = path === "" ? part.part : `${part.part}.${path}`;
    const within = (id: string, element: unknown) => ({
      section: part.section,
      part: `${address}.${id}`,
      title: titleOf(element, id),
    });
    for (const [id, element] of before) {
      const next = after.get(id);
      if (next === undefined) this.#whole("removed", within(id, element));
      else this.#compare(within(id, next), "", element, next);
    }
    for (const [id, element] of after) if (!before.has(id)) this.#whole("added", within(id, element));
    const was = [...before.keys()].filter((id) => after.has(id));
    const is = [...after.keys()].filter((id) => before.has(id));
    if (!same(was, is)) {
      const list = {
        section: part.section,
        part: address,
        title: path === "" ? part.title : `${part.title}: ${path}`,
      };
      this.#field(list, "order", was, is);
    }
  }

  #whole(kind: "added" | "removed", part: Part): void {
    this.#found.set(part.part, { kind, ...part, fields: [] });
  }

  #field(part: Part, path: string, before: unknown, after: unknown): void {
    const known = this.#found.get(part.part);
    const change = known ?? { kind: "changed" as const, ...part, fields: [] };
    change.fields.push({ path, before: asJson(before), after: asJson(after) });
    if (!known) this.#found.set(part.part, change);
  }
}

/** Chapters that are a few named parts, not one. */
const groups = new Set(["severities", "authority"]);

/** A rule is read as a whole: half of a condition says nothing. */
function isCondition(path: string): boolean {
  return /(?:^|\.)(?:when|condition|onlyWhen|matches|within)$/.test(path);
}

type Lists = { before: Map<string, unknown>; after: Map<string, unknown> };

/** Two lists by what names their elements; null where something has no name of its own, or shares it. */
function identified(before: unknown, after: unknown): Lists | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null;
  const [a, b] = [byIdentity(before), byIdentity(after)];
  return a && b && a.size + b.size > 0 ? { before: a, after: b } : null;
}

function byIdentity(list: readonly unknown[]): Map<string, unknown> | null {
  const found = new Map<string, unknown>();
  for (const element of list) {
    const id = identityOf(element);
    if (id === null || found.has(id)) return null;
    found.set(id, element);
  }
  return found;
}

const names = ["id", "value", "urgency", "level", "written"];

function identityOf(element: unknown): string | null {
  if (!isFields(element)) return null;
  const name = names.find((one) => ["string", "number"].includes(typeof element[one]));
  if (name !== undefined) return String(element[name]);
  const pair =
    "section" in element ? [element["section"], element["row"]] : [element["role"], element["reach"]];
  const words = pair.filter((word) => typeof word === "string");
  return words.length === 0 ? null : words.join(", ");
}

const titles = ["title", "question", "label", "role", "who", "section", "written", "because"];

function titleOf(element: unknown, otherwise: string): string {
  const name = isFields(element) ? titles.find((one) => typeof element[one] === "string") : undefined;
  return name === undefined ? otherwise : String((element as Fields)[name]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function read(fields: object, name: string): unknown {
  return (fields as Fields)[name];
}

function keysOf(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

function same(before: unknown, after: unknown): boolean {
  const [a, b] = [before ?? null, after ?? null];
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, at) => same(one, b[at]));
  if (isFields(a) && isFields(b)) return keysOf(a, b).every((key) => same(a[key], b[key]));
  return a === b;
}

/** What came out of a document that was read as JSON goes back into one. */
function asJson(value: unknown): Json {
  return (value ?? null) as Json;
}
