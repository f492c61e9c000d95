import { readFileIfPresent } from "./atomic-file.ts";
import type { Placement } from "./fleet.ts";
import { callJson, field } from "./json-http.ts";
import { reportDeployments } from "./report-deployments.ts";

export type ReporterOptions = {
  /** Address of the console, e.g. http://127.0.0.1:3000. */
  consoleUrl: string;
  /** Holds the bearer token; read every time, so it may appear later or change. */
  tokenFile: string;
  placement: Placement;
  proxyPort: number;
  everyMs: number;
  dataDir: string;
  /** When the console was set up, RFC 3339. */
  since: string;
};

type Signal = { name: string; value: number; unit: string; at: string };

const measured = [
  { name: "error_rate", from: "errorRate", unit: "fraction" },
  { name: "response_time_ms", from: "averageMs", unit: "ms" },
  { name: "memory_percent", from: "memoryPercent", unit: "percent" },
  { name: "cpu_percent", from: "cpuPercent", unit: "percent" },
  { name: "health_failures", from: "healthFailures", unit: "count" },
] as const;

const observe = async (port: number): Promise<Signal[]> => {
  const { body } = await callJson("GET", `http://127.0.0.1:${port}/metrics.json`);
  const at = field(body, "at");
  if (typeof at !== "string") return [];
  return measured.flatMap(({ name, from, unit }) => {
    const value = field(body, from);
    return typeof value === "number" ? [{ name, value, unit, at }] : [];
  });
};

/** Tells the console every few seconds what the proxy measured. A console that is away is tried again next time. */
export const startReporter = (options: ReporterOptions): (() => void) => {
  const { placement, consoleUrl, tokenFile, proxyPort, everyMs } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let said = "";

  const say = (outcome: string): void => {
    if (outcome !== said)
      console.log(`signals of ${placement.service} in ${placement.environment}: ${outcome}`);
    said = outcome;
  };

  const report = async (): Promise<void> => {
    const token = readFileIfPresent(tokenFile)?.trim();
    if (!token) {
      say("waiting for a token");
      return;
    }
    await reportDeployments(options, token);
    const signals = await observe(proxyPort);
    if (signals.length === 0) {
      say("nothing measured yet");
      return;
    }
    const { status } = await callJson("POST", new URL("/api/v1/signals", consoleUrl).href, {
      headers: { authorization: `Bearer ${token}` },
      body: { service: placement.service, environment: placement.environment, signals },
    });
    say(status < 300 ? "reported" : `refused with status ${status}`);
  };

  const next = async (): Promise<void> => {
    try {
      await report();
    } catch (error) {
      say(`not delivered (${error instanceof Error ? error.message : String(error)})`);
    }
    if (!stopped) timer = setTimeout(() => void next(), everyMs);
  };
  void next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
