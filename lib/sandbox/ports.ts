import { createServer } from "node:net";
import { join } from "node:path";
import { readFileIfPresent, writeFileAtomically } from "./atomic-file.ts";

const names = ["proxy", "blue", "green", "staging", "catalog"] as const;

/** Where the fleet listens on 127.0.0.1, and when it first did. */
export type SandboxPorts = Record<(typeof names)[number], number> & {
  /** RFC 3339, UTC. The bad release was deployed at this moment. */
  createdAt: string;
};

const isPort = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536;

const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const found = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("A TCP server has a numeric port.");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
};

const portsFile = (dataDir: string): string => join(dataDir, "ports.json");

/** The remembered ports of the sandbox in `dataDir`, or null before its first start. */
export const readSandboxPorts = (dataDir: string): SandboxPorts | null => {
  const text = readFileIfPresent(portsFile(dataDir));
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null)
    throw new Error(`${portsFile(dataDir)} is not a JSON object.`);
  const entries = new Map<string, unknown>(Object.entries(value));
  const port = (name: string): number => {
    const found = entries.get(name);
    if (!isPort(found)) throw new Error(`${portsFile(dataDir)} has no valid port "${name}".`);
    return found;
  };
  const createdAt = entries.get("createdAt");
  if (typeof createdAt !== "string") throw new Error(`${portsFile(dataDir)} has no "createdAt".`);
  return {
    proxy: port("proxy"),
    blue: port("blue"),
    green: port("green"),
    staging: port("staging"),
    catalog: port("catalog"),
    createdAt,
  };
};

/**
 * Chooses free ports once and remembers them. `wanted` (from SANDBOX_*_PORT) wins over what is remembered.
 * Calling it again gives the same answer, so the console may call it before the sandbox starts.
 */
export const claimSandboxPorts = async (
  dataDir: string,
  wanted: Partial<Record<(typeof names)[number], number>> = {},
): Promise<SandboxPorts> => {
  const known = readSandboxPorts(dataDir);
  const [proxy = 0, blue = 0, green = 0, staging = 0, catalog = 0] = known
    ? []
    : await freePorts(names.length);
  const ports: SandboxPorts = {
    ...(known ?? { proxy, blue, green, staging, catalog, createdAt: new Date().toISOString() }),
    ...wanted,
  };
  if (JSON.stringify(ports) !== JSON.stringify(known)) {
    writeFileAtomically(portsFile(dataDir), `${JSON.stringify(ports, null, 2)}\n`);
  }
  return ports;
};
