import type { ColourHealth } from "./colour-watch.ts";
import type { Colour } from "./fleet.ts";
import type { TrafficWindow } from "./traffic-window.ts";

export type ProxyFigures = {
  service: string;
  active: Colour;
  version: string;
  switchedAt: string;
  /** Everything customers got, whichever colour served it. */
  all: TrafficWindow;
  /** Only what the current colour served since it became current. */
  current: TrafficWindow;
  totals: Readonly<Record<Colour, { requests: number; errors: number }>>;
  health: ColourHealth;
};

/** Fewer requests than this say nothing about a rate. */
const enoughRequests = 20;

/** The body of /metrics.json. Rates are fractions 0..1, times milliseconds, null where nothing was measured. */
export const metricsBody = (figures: ProxyFigures, now: number): Record<string, unknown> => {
  const last30 = figures.all.measure(now, 30);
  const current = figures.current.measure(now, 60);
  return {
    service: figures.service,
    currentEnvironment: figures.active,
    version: figures.version,
    at: new Date(now).toISOString(),
    errorRate: last30.errorRate,
    averageMs: last30.averageMs,
    p50Ms: last30.p50Ms,
    p95Ms: last30.p95Ms,
    requestsPerSecond: Number((last30.requests / last30.seconds).toFixed(1)),
    windows: { "30": last30, "60": figures.all.measure(now, 60) },
    current: {
      ...current,
      since: figures.switchedAt,
      errorRate: current.requests < enoughRequests ? null : current.errorRate,
    },
    health: figures.health.health,
    healthFailures: figures.health.failures,
    memoryPercent: figures.health.memoryPercent,
    cpuPercent: figures.health.cpuPercent,
    totals: figures.totals,
  };
};

/** The same for Prometheus. A value that is not known is left out. */
export const metricsText = (figures: ProxyFigures, now: number): string => {
  const last30 = figures.all.measure(now, 30);
  const service = `service="${figures.service}"`;
  const gauge = (name: string, help: string, value: number | null): string[] =>
    value === null ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name}{${service}} ${value}`];
  return [
    "# HELP sandbox_requests_total Requests of customers, by environment and outcome.",
    "# TYPE sandbox_requests_total counter",
    ...Object.entries(figures.totals).flatMap(([colour, { requests, errors }]) => [
      `sandbox_requests_total{${service},environment="${colour}",outcome="ok"} ${requests - errors}`,
      `sandbox_requests_total{${service},environment="${colour}",outcome="error"} ${errors}`,
    ]),
    "# HELP sandbox_current_environment Which environment serves, with its version.",
    "# TYPE sandbox_current_environment gauge",
    `sandbox_current_environment{${service},environment="${figures.active}",version="${figures.version}"} 1`,
    ...gauge("sandbox_error_ratio", "Share of 5xx over 30 s.", last30.errorRate),
    ...gauge("sandbox_response_p95_milliseconds", "95th percentile over 30 s.", last30.p95Ms),
    ...gauge(
      "sandbox_memory_percent",
      "Memory of the current version against its limit.",
      figures.health.memoryPercent,
    ),
    ...gauge("sandbox_health_failures", "Consecutive failed health checks.", figures.health.failures),
    "",
  ].join("\n");
};
