import { join } from "node:path";
import { configurationReader } from "./environment-file.ts";
import { catalogProduction, checkoutStaging } from "./fleet.ts";
import type { Colour, Placement } from "./fleet.ts";
import { listenOn } from "./listen.ts";
import type { SandboxPorts } from "./ports.ts";
import { createProxyServer } from "./proxy-server.ts";
import { createShopServer } from "./shop-server.ts";
import { memoryTenantStore } from "./tenant-store.ts";

/** Staging and the catalog share one process: they see little traffic, and a laptop has little memory. */
export const runNeighbours = async (ports: SandboxPorts, dataDir: string): Promise<void> => {
  const start = async (placement: Placement, port: number): Promise<void> => {
    const version = (colour: Colour): Promise<number> =>
      listenOn(
        createShopServer({
          service: placement.service,
          release: placement.releases[colour],
          colour,
          configuration: configurationReader(join(dataDir, placement.configurationFile)),
          store: memoryTenantStore(),
          onMemoryExhausted: () => process.exit(137),
        }),
        0,
      );
    const [blue, green] = await Promise.all([version("blue"), version("green")]);
    const proxy = createProxyServer({
      placement,
      dataDir,
      stateFile: join(dataDir, "state", `${placement.id}.json`),
      createdAt: ports.createdAt,
      upstreams: { blue, green },
      healthEveryMs: 3_000,
    });
    await listenOn(proxy, port);
  };
  await Promise.all([start(checkoutStaging, ports.staging), start(catalogProduction, ports.catalog)]);
};
