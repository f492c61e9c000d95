import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

type WebMetrics = ReturnType<typeof createMetrics>;

declare global {
  // Next bundles its own copy of this module; a process counts once.
  var lastgoodMetrics: WebMetrics | undefined;
}

function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers });
  return {
    registry,
    requests: new Histogram({
      name: "lastgood_http_request_seconds",
      help: "API requests by endpoint, method and status.",
      labelNames: ["endpoint", "method", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
      registers,
    }),
    liveSockets: gauge("lastgood_live_sockets", "Open live connections.", []),
    liveEvents: new Counter({
      name: "lastgood_live_events_total",
      help: "Events sent to live connections.",
      registers,
    }),
    rollbacks: gauge("lastgood_rollbacks", "Rollbacks by state.", ["state"]),
    outcomes: gauge("lastgood_rollback_outcomes", "Ended rollbacks by outcome.", ["outcome"]),
    incidents: gauge("lastgood_incidents", "Incidents by state.", ["state"]),
    runs: gauge("lastgood_runs", "Durable runs by kind and state.", ["kind", "state"]),
    oldestQueuedSeconds: gauge(
      "lastgood_oldest_queued_run_seconds",
      "Age of the oldest run that nobody has claimed.",
      [],
    ),
    workerAgeSeconds: gauge(
      "lastgood_worker_heartbeat_age_seconds",
      "Time since each worker was last heard of.",
      ["worker"],
    ),
    workersAlive: gauge("lastgood_workers_alive", "Workers whose lease holds.", []),
    chainPosition: gauge("lastgood_chain_position", "Position of the last entry of the record.", []),
    eventAgeSeconds: gauge("lastgood_last_event_age_seconds", "Time since the last entry of the record.", []),
    databaseUp: gauge("lastgood_database_up", "1 when the last look at the database succeeded.", []),
  };
}

/** The metrics of this process. */
export function metrics(): WebMetrics {
  return (globalThis.lastgoodMetrics ??= createMetrics());
}

/** Counts one answered request. */
export function countRequest(endpoint: string, method: string, status: number, milliseconds: number): void {
  const known = /^(GET|HEAD|POST|PATCH|PUT|DELETE|OPTIONS)$/.test(method) ? method : "other";
  metrics().requests.observe({ endpoint, method: known, status: String(status) }, milliseconds / 1000);
}
