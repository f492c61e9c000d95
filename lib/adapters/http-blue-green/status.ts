import { excerpt } from "#lib/adapters/evidence.ts";
import { isHealthyWord } from "#lib/adapters/health-word.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Place = { environment: string; version: string | null };
type HistoryEntry = { environment: string; version: string; at: string | null };
export type Status = {
  current: Place;
  /** The environment that a rollback switches to; null where the document does not tell. */
  idle: (Place & { isHealthy: boolean | null }) | null;
  /** Oldest first. */
  history: HistoryEntry[];
};

type Fields = Record<string, unknown>;
type Environment = { name: string; version: string | null; isHealthy: boolean | null; isActive: boolean };

/**
 * Reads a status document as tolerantly as its meaning stays certain. Throws Fault `permanent` UNKNOWN_STATUS, with
 * what was seen, when it does not say which environment serves.
 */
export function parseStatus(body: string): Status {
  const parsed = parseJson(body);
  const document = [parsed, field(parsed, "status"), field(parsed, "data"), field(parsed, "deployment")].find(
    (one): one is Fields => isFields(one) && currentOf(one, environmentsOf(one)) !== null,
  );
  if (document === undefined) throw unknownStatus(body, "it does not name the current environment");
  const environments = environmentsOf(document);
  const history = historyOf(document);
  const current = currentOf(document, environments) ?? "";
  const listed = environments.find((one) => one.name === current)?.version ?? null;
  const named = text(document, ["currentVersion", "current_version", "activeVersion"]);
  if (named !== null && listed !== null && named !== listed)
    throw unknownStatus(body, `it gives both ${named} and ${listed} as the current version`);
  const version =
    named ??
    listed ??
    nested(document, ["currentEnvironment", "current", "active"], "version") ??
    text(document, ["version"]) ??
    lastOf(history, current);
  return {
    current: { environment: current, version },
    idle: idleOf(document, current, environments, history),
    history,
  };
}

function currentOf(document: Fields, environments: readonly Environment[]): string | null {
  const keys = [
    "currentEnvironment",
    "current_environment",
    "activeEnvironment",
    "current",
    "active",
    "live",
  ];
  const named = text(document, keys) ?? nameIn(document, keys);
  if (named !== null) return named.trim().toLowerCase();
  const active = environments.filter((one) => one.isActive);
  return active.length === 1 ? (active[0]?.name ?? null) : null;
}

function nameIn(document: Fields, keys: readonly string[]): string | null {
  return (
    ["name", "environment", "color", "colour"].map((key) => nested(document, keys, key)).find(isText) ?? null
  );
}

function idleOf(
  document: Fields,
  current: string,
  environments: readonly Environment[],
  history: readonly HistoryEntry[],
): Status["idle"] {
  const others = environments.filter((one) => one.name !== current);
  const named = text(document, [
    "previousEnvironment",
    "idleEnvironment",
    "standbyEnvironment",
    "idle",
    "standby",
  ]);
  const name =
    named?.trim().toLowerCase() ??
    (others.length === 1 ? others[0]?.name : undefined) ??
    (others.length === 0 ? otherIn(history, current) : undefined);
  if (name === undefined || name === current) return null;
  const listed = others.find((one) => one.name === name);
  return {
    environment: name,
    version:
      listed?.version ??
      text(document, ["previousVersion", "idleVersion", "standbyVersion"]) ??
      lastOf(history, name),
    isHealthy: listed?.isHealthy ?? null,
  };
}

function otherIn(history: readonly HistoryEntry[], current: string): string | undefined {
  const names = new Set(history.map((entry) => entry.environment).filter((name) => name !== current));
  if (names.size === 1) return [...names][0];
  if (names.size > 1) return undefined;
  return current === "blue" ? "green" : current === "green" ? "blue" : undefined;
}

function environmentsOf(document: Fields): Environment[] {
  const listed = document["environments"] ?? document["slots"];
  if (Array.isArray(listed))
    return listed.flatMap((one) => {
      const name = isFields(one) ? text(one, ["name", "environment", "color", "colour", "slot"]) : null;
      return name === null ? [] : [environment(name, one)];
    });
  const source = isFields(listed) ? listed : { blue: document["blue"], green: document["green"] };
  return Object.entries(source).flatMap(([name, one]) =>
    one === undefined || one === null ? [] : [environment(name, one)],
  );
}

function environment(name: string, value: unknown): Environment {
  const fields = isFields(value) ? value : {};
  const health = fields["health"] ?? fields["healthy"] ?? fields["status"];
  return {
    name: name.trim().toLowerCase(),
    version: isText(value) ? value : text(fields, ["version", "currentVersion", "release", "tag"]),
    isHealthy: isHealthyWord(isFields(health) ? (health["status"] ?? health["health"]) : health),
    isActive: fields["active"] === true || fields["isActive"] === true || fields["live"] === true,
  };
}

function historyOf(document: Fields): HistoryEntry[] {
  const listed = document["deploymentHistory"] ?? document["deployment_history"] ?? document["history"];
  if (!Array.isArray(listed)) return [];
  const entries = listed.flatMap((one): HistoryEntry[] => {
    if (!isFields(one) || /fail|error|abort/i.test(text(one, ["status", "state", "result"]) ?? "")) return [];
    const name = text(one, ["environment", "env", "targetEnvironment", "color", "colour", "slot"]);
    const version = text(one, ["version", "toVersion", "release", "tag"]);
    const at = text(one, ["at", "timestamp", "deployedAt", "date", "time"]);
    return name === null || version === null ? [] : [{ environment: name.trim().toLowerCase(), version, at }];
  });
  const isDated = entries.every((entry) => entry.at !== null && !Number.isNaN(Date.parse(entry.at)));
  return isDated ? entries.toSorted((a, b) => Date.parse(a.at ?? "") - Date.parse(b.at ?? "")) : entries;
}

const lastOf = (history: readonly HistoryEntry[], name: string): string | null =>
  history.findLast((entry) => entry.environment === name)?.version ?? null;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === "string" && /^\P{C}{1,200}$/u.test(value);
const field = (value: unknown, key: string): unknown => (isFields(value) ? value[key] : undefined);
const text = (fields: Fields, keys: readonly string[]): string | null =>
  keys.map((key) => fields[key]).find(isText) ?? null;
const nested = (fields: Fields, keys: readonly string[], inner: string): string | null =>
  keys.map((key) => field(fields[key], inner)).find(isText) ?? null;

function unknownStatus(body: string, why: string): Fault {
  return new Fault(
    "permanent",
    "UNKNOWN_STATUS",
    `The status document cannot be read: ${why}. Seen: ${excerpt(body)}`,
    "Check that url and statusPath lead to the deployment API.",
  );
}
