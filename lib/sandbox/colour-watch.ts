import type { Colour } from "./fleet.ts";
import { callJson, field } from "./json-http.ts";

/** What a colour's own /health last said; null where it said nothing. */
export type ColourHealth = {
  health: string;
  healthy: boolean;
  runningVersion: string | null;
  configuration: string | null;
  memoryPercent: number | null;
  cpuPercent: number | null;
  /** Consecutive answers that were not "healthy", no answer included. */
  failures: number;
  checkedAt: string | null;
};

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

const unknown: ColourHealth = {
  health: "unknown",
  healthy: false,
  runningVersion: null,
  configuration: null,
  memoryPercent: null,
  cpuPercent: null,
  failures: 0,
  checkedAt: null,
};

/** Asks one colour for its health again and again; unknown until it was seen. */
export class ColourWatch {
  readonly colour: Colour;
  readonly #port: number;
  #latest = unknown;
  #timer: NodeJS.Timeout | undefined;

  constructor(colour: Colour, port: number) {
    this.colour = colour;
    this.#port = port;
  }

  get latest(): ColourHealth {
    return this.#latest;
  }

  start(everyMs: number): void {
    const again = async (): Promise<void> => {
      await this.check();
      if (this.#timer) this.#timer = setTimeout(() => void again(), everyMs);
    };
    this.#timer = setTimeout(() => void again(), 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Asks now. */
  async check(): Promise<ColourHealth> {
    const checkedAt = new Date().toISOString();
    const { failures } = this.#latest;
    try {
      const { body } = await callJson("GET", `http://127.0.0.1:${this.#port}/health`, { timeoutMs: 2_500 });
      const health = text(field(body, "health")) ?? "unknown";
      this.#latest = {
        health,
        healthy: health === "healthy",
        runningVersion: text(field(body, "version")),
        configuration: text(field(body, "configuration")),
        memoryPercent: number(field(body, "memoryPercent")),
        cpuPercent: number(field(body, "cpuPercent")),
        failures: health === "healthy" ? 0 : failures + 1,
        checkedAt,
      };
    } catch {
      this.#latest = { ...unknown, health: "unreachable", failures: failures + 1, checkedAt };
    }
    return this.#latest;
  }
}
