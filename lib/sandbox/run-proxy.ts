import { join } from "node:path";
import { checkoutProduction } from "./fleet.ts";
import { listenOn } from "./listen.ts";
import type { SandboxPorts } from "./ports.ts";
import { createProxyServer } from "./proxy-server.ts";

/** The proxy of shop-checkout in production. */
export const runProxy = async (ports: SandboxPorts, dataDir: string): Promise<void> => {
  const server = createProxyServer({
    placement: checkoutProduction,
    dataDir,
    stateFile: join(dataDir, "state", `${checkoutProduction.id}.json`),
    createdAt: ports.createdAt,
    upstreams: { blue: ports.blue, green: ports.green },
    healthEveryMs: 1_000,
  });
  await listenOn(server, ports.proxy);
};
