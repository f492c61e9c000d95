import type { SandboxPorts } from "./ports.ts";

export type SandboxSettings = {
  dataDir: string;
  databaseUrl: string;
  ports: Partial<Omit<SandboxPorts, "createdAt">>;
  /** Address of the console that signals go to; null: nobody is told. */
  consoleUrl: string | null;
  tokenFile: string | null;
  /** Requests per second of shop-checkout in production. */
  trafficPerSecond: number;
  signalsEveryMs: number;
  /** Whether the end of the process that started the sandbox ends the sandbox. */
  followsParent: boolean;
};

const whole = (
  environment: NodeJS.ProcessEnv,
  name: string,
  lowest: number,
  highest: number,
): number | null => {
  const text = environment[name];
  if (text === undefined || text === "") return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw new Error(`${name} must be a whole number from ${lowest} to ${highest}, not "${text}".`);
  }
  return value;
};

const address = (
  environment: NodeJS.ProcessEnv,
  name: string,
  protocols: readonly string[],
): string | null => {
  const text = environment[name];
  if (text === undefined || text === "") return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol)) {
    throw new Error(
      `${name} must be an address that begins with ${protocols.map((p) => `${p}//`).join(" or ")}.`,
    );
  }
  return text;
};

/** Reads the sandbox's variables. Throws one clear sentence for the first fault. */
export const readSettings = (environment: NodeJS.ProcessEnv): SandboxSettings => {
  const dataDir = environment["SANDBOX_DATA"];
  if (!dataDir) throw new Error("SANDBOX_DATA must name the folder of the sandbox.");
  const databaseUrl = address(environment, "SANDBOX_DATABASE_URL", ["postgresql:", "postgres:"]);
  if (!databaseUrl) throw new Error("SANDBOX_DATABASE_URL must be the address of a PostgreSQL database.");
  const port = (name: string): number | null => whole(environment, name, 1, 65_535);
  const proxy = port("SANDBOX_PROXY_PORT");
  const blue = port("SANDBOX_BLUE_PORT");
  const green = port("SANDBOX_GREEN_PORT");
  const staging = port("SANDBOX_STAGING_PORT");
  const catalog = port("SANDBOX_CATALOG_PORT");
  return {
    dataDir,
    databaseUrl,
    ports: {
      ...(proxy !== null && { proxy }),
      ...(blue !== null && { blue }),
      ...(green !== null && { green }),
      ...(staging !== null && { staging }),
      ...(catalog !== null && { catalog }),
    },
    consoleUrl: address(environment, "LASTGOOD_URL", ["http:", "https:"]),
    tokenFile: environment["SANDBOX_TOKEN_FILE"] ?? null,
    trafficPerSecond: whole(environment, "SANDBOX_TRAFFIC_PER_SECOND", 1, 200) ?? 12,
    signalsEveryMs: (whole(environment, "SANDBOX_SIGNALS_SECONDS", 1, 3_600) ?? 5) * 1_000,
    followsParent: environment["SANDBOX_FOLLOW_PARENT"] !== "off",
  };
};
