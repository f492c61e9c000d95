import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";

/** Whether one environment could be rolled back now: the first thing that is missing, or null where nothing is. */
export type PlaceReadiness = {
  service: string;
  serviceName: string;
  system: string;
  owner: string;
  playbook: string;
  environment: string;
  protected: boolean;
  current: string | null;
  /** The newest known good version below the running one that is not quarantined. */
  back: string | null;
  ready: boolean | null;
  lacks: "deployment" | "known_good" | "targets" | "worker" | "look" | null;
  /** When its targets were last looked at for a plan. */
  lookedAt: string | null;
  drill: { everyDays: number; lastAt: string | null; isDue: boolean } | null;
};

type Row = {
  service: string;
  service_name: string;
  system: string;
  owner: string;
  playbook: string;
  playbook_version: number;
  environment: string;
  protected: boolean;
  current: string | null;
  back: string | null;
  targets: bigint;
  looked_at: Date | null;
  drilled_at: Date | null;
};

const day = 86_400_000;
const most = 500;

/** The readiness of every environment that the actor may read, from what is recorded; protected ones first. */
export async function listReadiness(actor: Actor): Promise<PlaceReadiness[]> {
  const systems = await readableSystems(actor, "service.read");
  const named = systems === "*" ? null : [...systems];
  const now = new Date();
  const [rows, workers] = await Promise.all([
    readRows(named),
    db().worker.count({ where: { leaseUntil: { gt: now }, draining: false } }),
  ]);
  return Promise.all(
    rows.map(async (row) => {
      const playbook = await playbookAt(db(), row.playbook, row.playbook_version);
      const lacks = lackOf(row, workers, now);
      return {
        service: row.service,
        serviceName: row.service_name,
        system: row.system,
        owner: row.owner,
        playbook: row.playbook,
        environment: row.environment,
        protected: row.protected,
        current: row.current,
        back: row.back,
        ready: lacks === null ? true : lacks === "look" || lacks === "deployment" ? null : false,
        lacks,
        lookedAt: row.looked_at?.toISOString() ?? null,
        drill: playbook.drill && drillOf(playbook.drill.everyDays, row.drilled_at, now),
      };
    }),
  );
}

function lackOf(row: Row, workers: number, now: Date): PlaceReadiness["lacks"] {
  if (row.current === null) return "deployment";
  if (row.back === null) return "known_good";
  if (row.targets === 0n) return "targets";
  if (workers === 0) return "worker";
  const isRecent = row.looked_at !== null && now.getTime() - row.looked_at.getTime() < 30 * day;
  return isRecent ? null : "look";
}

function drillOf(everyDays: number, last: Date | null, now: Date): PlaceReadiness["drill"] {
  const isDue = last === null || now.getTime() - last.getTime() > everyDays * day;
  return { everyDays, lastAt: last?.toISOString() ?? null, isDue };
}

function readRows(systems: string[] | null): Promise<Row[]> {
  return db().$queryRaw<Row[]>`
    SELECT s.id AS service, s.name AS service_name, s.system, s.owner, s.playbook_id AS playbook, e.name AS environment, e.protected,
      (SELECT max(p.version) FROM playbook p WHERE p.id = s.playbook_id) AS playbook_version,
      running.version AS current, good.version AS back,
      (SELECT count(*) FROM target t WHERE t.environment_id = e.id) AS targets,
      (SELECT max(r.prepared_at) FROM rollback r WHERE r.service_id = s.id AND r.environment = e.name) AS looked_at,
      (SELECT max(r.ended_at) FROM rollback r WHERE r.service_id = s.id AND r.drill AND r.state = 'succeeded') AS drilled_at
    FROM environment e JOIN service s ON s.id = e.service_id
    LEFT JOIN LATERAL (
      SELECT d.version FROM deployment d WHERE d.service_id = s.id AND d.environment = e.name
      ORDER BY d.deployed_at DESC, d.id DESC LIMIT 1) running ON true
    LEFT JOIN LATERAL (
      SELECT d.version FROM deployment d
      WHERE d.service_id = s.id AND d.environment = e.name AND d.known_good AND d.version <> running.version
        AND NOT EXISTS (SELECT 1 FROM pin WHERE pin.service_id = s.id AND pin.environment = e.name
          AND pin.version = d.version AND pin.released_at IS NULL)
      ORDER BY d.deployed_at DESC, d.id DESC LIMIT 1) good ON true
    WHERE ${systems}::text[] IS NULL OR s.system = ANY(${systems}::text[])
    ORDER BY e.protected DESC, s.name, e.sort LIMIT ${most}`;
}
