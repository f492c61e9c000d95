import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import type { Json } from "#lib/domain/json.ts";

type YamlFault = { path: string; message: string; line?: number };
export type YamlResult =
  | { ok: true; value: Json; lineOf: (path: readonly PropertyKey[]) => number }
  | { ok: false; faults: YamlFault[] };

/** What a document of ours never comes near, and what keeps the worst one under a second. */
const yamlLimits = {
  bytes: 1_048_576,
  lines: 20_000,
  lineLength: 8_192,
  brackets: 10_000,
  depth: 40,
  nodes: 40_000,
  aliases: 20,
} as const;

/**
 * Reads one YAML 1.2 document (core schema) that a stranger may have written: plain data only. No tags, directives,
 * merge keys or keys that are not text; duplicate keys and aliases that lead back to themselves are refused. Never throws.
 */
export function readYaml(text: string): YamlResult {
  const early = lexicalFault(text);
  if (early) return { ok: false, faults: [early] };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: "core",
    version: "1.2",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
    lineCounter: lines,
  });
  if (document.errors.length > 0) {
    const faults = document.errors.slice(0, 20).map((error) => ({
      path: "",
      message: (error.message.split("\n")[0] ?? "This is not YAML.").slice(0, 300),
      line: lines.linePos(error.pos[0]).line,
    }));
    return { ok: false, faults };
  }
  const reader = new Reader(lines);
  try {
    const value = reader.read(document.contents, []);
    return { ok: true, value, lineOf: (path) => reader.lineOf(path) ?? 1 };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, faults: [error.fault] };
    throw error;
  }
}

const sizeIn = new TextEncoder();
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
/** Block indicators in a row at the start of a line open one level each. */
const indicators = /^\s*((?:[-?:]\s+)*)/;

/** Faults that can be seen without parsing: the parser's own cost grows with the square of some of them. */
function lexicalFault(text: string): YamlFault | null {
  if (text.length > yamlLimits.bytes || sizeIn.encode(text).length > yamlLimits.bytes) {
    return { path: "", message: "The document is larger than 1 MiB." };
  }
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > yamlLimits.lines) {
    const message = `The document has more than ${yamlLimits.lines} lines.`;
    return { path: "", message, line: yamlLimits.lines + 1 };
  }
  let [brackets, depth, indicated] = [0, 0, 0];
  for (const [at, content] of lines.entries()) {
    const fault = (message: string): YamlFault => ({ path: "", message, line: at + 1 });
    if (content.length > yamlLimits.lineLength) return fault("This line is too long.");
    if (content.includes("\ufeff"))
      return fault("There is a byte order mark here. Save the text without one.");
    if (content.startsWith("%")) return fault("YAML directives are not allowed.");
    if (control.test(content)) return fault("There are control characters here.");
    const opened = indicators.exec(content)?.[1]?.match(/[-?:]/g)?.length ?? 0;
    indicated += opened;
    if (indicated > yamlLimits.nodes) return fault("There are too many values up to here.");
    for (const character of content) {
      if (character === "[" || character === "{") depth += 1;
      else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
      else continue;
      brackets += 1;
      if (depth > yamlLimits.depth) break;
    }
    if (opened > yamlLimits.depth || depth > yamlLimits.depth) return fault(tooDeep);
    if (brackets > yamlLimits.brackets) return fault("There are too many brackets up to here.");
  }
  return null;
}

const tooDeep = `The document is nested more than ${yamlLimits.depth} levels deep.`;

class Unreadable extends Error {
  readonly fault: YamlFault;
  constructor(fault: YamlFault) {
    super(fault.message);
    this.fault = fault;
  }
}

class Reader {
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  readonly #places = new Map<string, number>();
  #nodes = 0;
  #aliases = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  /** The line of a path, or of the nearest thing around it. */
  lineOf(path: readonly PropertyKey[]): number | undefined {
    for (let length = path.length; length >= 0; length--) {
      const line = this.#places.get(key(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  }

  read(node: unknown, path: PropertyKey[]): Json {
    if (node === null || node === undefined) return null;
    if (path.length > yamlLimits.depth) throw this.#fault(node, path, tooDeep);
    this.#nodes += 1;
    if (this.#nodes > yamlLimits.nodes) throw this.#fault(node, path, "The document holds too many values.");
    if (isAlias(node)) return this.#follow(node, path);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) {
      throw this.#fault(node, path, "This is not plain data.");
    }
    if (node.tag !== undefined) throw this.#fault(node, path, "YAML type tags are not allowed.");
    const line = this.#line(node);
    if (line !== undefined) this.#places.set(key(path), line);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node, path);
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item, at) => this.read(item, [...path, at]))
      : this.#map(node.items, path);
    this.#open.delete(node);
    return value;
  }

  #follow(alias: { source: string }, path: PropertyKey[]): Json {
    this.#aliases += 1;
    const target = this.#anchors.get(alias.source);
    if (!target) throw this.#fault(alias, path, `There is no anchor "${alias.source}" before this.`);
    if (this.#open.has(target)) throw this.#fault(alias, path, `"*${alias.source}" leads back to itself.`);
    if (this.#aliases > yamlLimits.aliases) {
      throw this.#fault(alias, path, `There are more than ${yamlLimits.aliases} aliases.`);
    }
    return this.read(target, path);
  }

  #scalar(node: { value: unknown }, path: PropertyKey[]): Json {
    const { value } = node;
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.#fault(node, path, "This is not a value that JSON could hold.");
  }

  #map(pairs: readonly { key: unknown; value: unknown }[], path: PropertyKey[]): Json {
    const entries = new Map<string, Json>();
    for (const pair of pairs) {
      const name = isScalar(pair.key) && pair.key.tag === undefined ? pair.key.value : undefined;
      if (typeof name !== "string") throw this.#fault(pair.key, path, "A key is plain text.");
      if (name === "<<") throw this.#fault(pair.key, path, "Merge keys are not allowed.");
      if (name === "__proto__") throw this.#fault(pair.key, path, "This key is not allowed.");
      if (entries.has(name)) throw this.#fault(pair.key, path, `"${name.slice(0, 64)}" stands here twice.`);
      entries.set(name, this.read(pair.value, [...path, name]));
      const line = this.#line(pair.key);
      if (line !== undefined) this.#places.set(key([...path, name]), line);
    }
    return Object.fromEntries(entries);
  }

  #line(node: unknown): number | undefined {
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
    const start: unknown = Array.isArray(range) ? range[0] : undefined;
    return typeof start === "number" ? this.#lines.linePos(start).line : undefined;
  }

  #fault(node: unknown, path: readonly PropertyKey[], message: string): Unreadable {
    const line = this.#line(node) ?? this.lineOf(path);
    return new Unreadable({
      path: path.map(String).join("."),
      message,
      ...(line === undefined ? {} : { line }),
    });
  }
}

function key(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}
