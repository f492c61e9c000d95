import type { Actor } from "#lib/domain/actor.ts";
import { crossedTriggers, factsFromSignals, freshMs } from "#lib/domain/facts-from-signals.ts";
import type { FactValue, Severity } from "#lib/domain/incident.ts";
import { covers } from "#lib/domain/role.ts";
import { db } from "#lib/platform/db/client.ts";
import { heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";

/** A service in an environment, and what its signals say about it right now. */
export type DeclarablePlace = {
  service: string;
  serviceName: string;
  environment: string;
  protected: boolean;
  current: string | null;
  /** Triggers whose threshold is crossed, the worst first; null: nothing was measured in the last two minutes. */
  crossed: { id: string; title: string; severity: Severity; value: FactValue; unit: string }[] | null;
  mayDeclare: boolean;
};

type Row = {
  service: string;
  service_name: string;
  system: string;
  playbook: string;
  environment: string;
  protected: boolean;
  current: string | null;
};
type Signal = {
  service: string;
  environment: string;
  name: string;
  value: number;
  unit: string | null;
  at: Date;
};

const most = 500;

/** Where an incident can be declared: what fails worst first, then protected environments by name. */
export async function declarablePlaces(actor: Actor): Promise<DeclarablePlace[]> {
  const systems = await readableSystems(actor, "service.read");
  const now = new Date();
  const [rows, signals, mayDeclare] = await Promise.all([
    readRows(systems === "*" ? null : [...systems]),
    newestSignals(now),
    declarer(actor, now),
  ]);
  const places = await Promise.all(
    rows.map(async (row) => ({
      service: row.service,
      serviceName: row.service_name,
      environment: row.environment,
      protected: row.protected,
      current: row.current,
      crossed: await crossedAt(row, signals, now),
      mayDeclare: mayDeclare(row.system),
    })),
  );
  return places.toSorted((a, b) => urgency(a) - urgency(b));
}

/** Sorting keeps the order of the query among equals. */
function urgency({ crossed }: DeclarablePlace): number {
  const worst = crossed?.[0]?.severity;
  return worst === undefined ? 4 : Number(worst.slice(1));
}

async function declarer(actor: Actor, now: Date): Promise<(system: string) => boolean> {
  if (actor.kind === "system") return () => false;
  const held = await currentAuthority(actor, now);
  return (system) => {
    const role = heldRole(held, system, now);
    return role !== null && covers(role, "operator");
  };
}

async function crossedAt(
  row: Row,
  signals: readonly Signal[],
  now: Date,
): Promise<DeclarablePlace["crossed"]> {
  const own = signals.filter((one) => one.service === row.service && one.environment === row.environment);
  if (own.length === 0) return null;
  const { document } = await currentPlaybook(db(), row.playbook);
  const samples = own.map((one) => ({ ...one, at: one.at.toISOString() }));
  const { facts } = factsFromSignals(document, samples, now);
  const ids = new Set(crossedTriggers(document, facts));
  return document.triggers
    .filter((trigger) => ids.has(trigger.id))
    .toSorted((a, b) => a.severity.localeCompare(b.severity))
    .flatMap(({ id, title, severity, condition }) => {
      const value = facts[condition.fact];
      const fact = document.facts.find((one) => one.id === condition.fact);
      if (value === undefined || !fact) return [];
      return [{ id, title, severity, value, unit: "unit" in fact ? fact.unit : "" }];
    });
}

function readRows(systems: string[] | null): Promise<Row[]> {
  return db().$queryRaw<Row[]>`
    SELECT s.id AS service, s.name AS service_name, s.system, s.playbook_id AS playbook, e.name AS environment,
      e.protected, running.version AS current
    FROM environment e JOIN service s ON s.id = e.service_id
    LEFT JOIN LATERAL (
      SELECT d.version FROM deployment d WHERE d.service_id = s.id AND d.environment = e.name
      ORDER BY d.deployed_at DESC, d.id DESC LIMIT 1) running ON true
    WHERE ${systems}::text[] IS NULL OR s.system = ANY(${systems}::text[])
    ORDER BY e.protected DESC, s.name, e.sort LIMIT ${most}`;
}

function newestSignals(now: Date): Promise<Signal[]> {
  const since = new Date(now.getTime() - freshMs);
  return db().$queryRaw<Signal[]>`
    SELECT DISTINCT ON (service_id, environment, name) service_id AS service, environment, name, value, unit, at
    FROM signal WHERE at >= ${since} ORDER BY service_id, environment, name, at DESC`;
}
