import { join } from "node:path";
import { configurationReader } from "./environment-file.ts";
import { checkoutProduction } from "./fleet.ts";
import type { Colour } from "./fleet.ts";
import { labelled } from "./release-label.ts";
import { listenOn } from "./listen.ts";
import type { SandboxPorts } from "./ports.ts";
import { createShopServer } from "./shop-server.ts";
import { databaseTenantStore } from "./database-tenant-store.ts";

/** One version of shop-checkout in production. Ends with status 137 when its memory is used up. */
export const runVersion = async (
  colour: Colour,
  ports: SandboxPorts,
  dataDir: string,
  databaseUrl: string | undefined,
): Promise<void> => {
  if (!databaseUrl) throw new Error("SANDBOX_DATABASE_URL is not set.");
  const release = labelled(dataDir, checkoutProduction).releases[colour];
  const server = createShopServer({
    service: checkoutProduction.service,
    release,
    colour,
    configuration: configurationReader(join(dataDir, checkoutProduction.configurationFile)),
    store: databaseTenantStore(databaseUrl, release),
    onMemoryExhausted: () => {
      console.error(`version ${release.version} used up its memory`);
      process.exit(137);
    },
  });
  await listenOn(server, ports[colour]);
};
