import type { Json } from "#lib/domain/json.ts";

export type TemplateFormat = "f-string" | "mustache";
export type Variables = Record<string, Json>;

/** What keeps a template from being filled: a variable that is missing, or its syntax, with the line. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** Fills a template as LangChain would. Throws TemplateError. */
export function renderTemplate(template: string, format: TemplateFormat, variables: Variables): string {
  return format === "mustache" ? mustache(template, [variables]) : formatted(template, variables);
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split("\n").length;
const shown = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

function formatted(template: string, variables: Variables): string {
  let filled = "";
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    if (character !== "{" && character !== "}") {
      filled += character;
      continue;
    }
    if (template.charAt(at + 1) === character) {
      filled += character;
      at++;
      continue;
    }
    const line = lineOf(template, at);
    if (character === "}") throw new TemplateError(`line ${line}: a single } stands for nothing; write }}`);
    const end = template.indexOf("}", at);
    if (end < 0) throw new TemplateError(`line ${line}: a { is never closed`);
    const [, name] =
      /^([A-Za-z_][A-Za-z0-9_]*)(?:![rsa])?(?::[^{}]*)?$/.exec(template.slice(at + 1, end)) ?? [];
    if (name === undefined)
      throw new TemplateError(
        `line ${line}: {${template.slice(at + 1, Math.min(end, at + 60))}} is no variable`,
      );
    filled += valueOf(variables, name, line);
    at = end;
  }
  return filled;
}

function valueOf(variables: Variables, name: string, line: number): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value === undefined) throw new TemplateError(`line ${line}: no value for the variable ${name}`);
  return shown(value);
}

type Stack = readonly Json[];
const tag = /\{\{(?:\{\s*([^{}]+?)\s*\}|([#^/&!>]?)\s*([^{}]*?)\s*)\}\}/g;

function mustache(template: string, stack: Stack): string {
  let filled = "";
  let from = 0;
  const tags = [...template.matchAll(tag)];
  for (let nth = 0; nth < tags.length; nth++) {
    const found = tags[nth];
    if (found === undefined) break;
    const [whole, raw, sign = "", name = ""] = found;
    const line = lineOf(template, found.index);
    const text = template.slice(from, found.index);
    refuseStray(text, template, from);
    filled += text;
    from = found.index + whole.length;
    if (sign === "!") continue;
    if (sign === ">") throw new TemplateError(`line ${line}: the partial ${name} is not supported`);
    if (sign === "/") throw new TemplateError(`line ${line}: {{/${name}}} closes nothing`);
    if (sign !== "#" && sign !== "^") {
      filled += shown(lookUp(stack, raw ?? name, line));
      continue;
    }
    const closing = closingOf(tags, nth, name);
    const close = tags[closing];
    if (close === undefined) throw new TemplateError(`line ${line}: {{${sign}${name}}} is never closed`);
    filled += section(template.slice(from, close.index), sign, lookUp(stack, name, line), stack);
    from = close.index + close[0].length;
    nth = closing;
  }
  const rest = template.slice(from);
  refuseStray(rest, template, from);
  return filled + rest;
}

function refuseStray(text: string, template: string, from: number): void {
  const at = text.search(/\{\{|\}\}/);
  if (at >= 0) throw new TemplateError(`line ${lineOf(template, from + at)}: a tag is not whole`);
}

/** Where the tag is that closes the section which the tag `nth` opens; -1: nowhere. */
function closingOf(tags: readonly RegExpExecArray[], nth: number, name: string): number {
  let depth = 0;
  for (let at = nth; at < tags.length; at++) {
    const [, , sign, other] = tags[at] ?? [];
    if (other !== name) continue;
    if (sign === "#" || sign === "^") depth++;
    if (sign === "/" && --depth === 0) return at;
  }
  return -1;
}

function section(inner: string, sign: string, value: Json, stack: Stack): string {
  const isEmpty =
    value === null || value === false || value === "" || (Array.isArray(value) && value.length === 0);
  if (sign === "^") return isEmpty ? mustache(inner, stack) : "";
  if (isEmpty) return "";
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => mustache(inner, [...stack, item])).join("");
}

function lookUp(stack: Stack, name: string, line: number): Json {
  if (name === ".") return stack.at(-1) ?? null;
  const [first = "", ...rest] = name.split(".");
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(first))
    throw new TemplateError(`line ${line}: {{${name}}} is no variable`);
  for (const frame of stack.toReversed()) {
    const found = own(frame, first);
    if (found === undefined) continue;
    let value: Json | undefined = found;
    for (const key of rest) value = value === undefined ? undefined : own(value, key);
    if (value !== undefined) return value;
    break;
  }
  throw new TemplateError(`line ${line}: no value for the variable ${name}`);
}

function own(value: Json, key: string): Json | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Every template in a manifest as the registry stores it: an object with `template`, wherever it stands. */
export function templatesOf(manifest: Json): { template: string; format: TemplateFormat }[] {
  if (manifest === null || typeof manifest !== "object") return [];
  if (Array.isArray(manifest)) return manifest.flatMap(templatesOf);
  const { template, template_format: format } = manifest;
  const inner = Object.values(manifest).flatMap(templatesOf);
  if (typeof template !== "string") return inner;
  return [{ template, format: format === "mustache" ? "mustache" : "f-string" }, ...inner];
}
