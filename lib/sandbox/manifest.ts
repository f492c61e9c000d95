import { join } from "node:path";
import type { z } from "zod";
import type { RegisterService, ReportDeployment } from "#lib/domain/service.ts";
import { catalogProduction, checkoutProduction, checkoutStaging, colours } from "./fleet.ts";
import type { Placement } from "./fleet.ts";
import type { SandboxPorts } from "./ports.ts";

type Service = z.input<typeof RegisterService>;
type Environment = Service["environments"][number];
type Deployment = z.input<typeof ReportDeployment>;

/** What the console is told about the sandbox: the bodies of POST /services and POST /services/{id}/deployments. */
export type SandboxManifest = {
  services: Service[];
  /** Oldest first, so that the newest of an environment is the one that runs. */
  deployments: { service: string; deployment: Deployment }[];
};

const hour = 3_600_000;
/** Of versions that are long gone from both colours. */
const earlier = new Map([
  ["2.1.0", { commit: "91e5d0c2b7f84a63d1c05e9f7a2b8c4d6e30f157", migrationHead: "0002_tenant_seed" }],
  ["2.2.1", { commit: "2fa86bb1c40d97e35a6c1d8b0f72e49a5c3d60e8", migrationHead: "0003_tenant_questions" }],
]);

const environmentOf = (
  placement: Placement,
  port: number,
  dataDir: string,
  isProtected: boolean,
): Environment => {
  const url = `http://127.0.0.1:${port}`;
  const path = join(dataDir, placement.configurationFile);
  const target = (component: "code" | "configuration", adapter: string, settings: object) => ({
    component,
    adapter,
    settings: { ...settings },
    secrets: {},
  });
  return {
    name: placement.environment,
    protected: isProtected,
    allow: [`127.0.0.1:${port}`],
    targets: [
      target("code", "http-blue-green", {
        url,
        conditional: true,
        settleSeconds: 3,
        queryPath: "/api/ai/query",
        metricsPath: "/metrics.json",
        errorRateName: "current.errorRate",
      }),
      target("configuration", "env-file", {
        path,
        plainKeys: ["ANSWER_CACHE", "ASSISTANT_MODEL", "TRANSCRIPTS", "WIDGET_THEME"],
      }),
      target("code", "http-check", {
        title: "The widget loads",
        url: `${url}/dist/widget.iife.js`,
        bodyContains: "shopWidget",
      }),
      target("code", "http-check", {
        title: "The database answers",
        url: `${url}/api/health`,
      }),
    ],
  };
};

const deploymentsOf = (placement: Placement, ports: SandboxPorts): SandboxManifest["deployments"] =>
  placement.history.map(({ version, hoursAgo }, index) => {
    const release = colours
      .map((colour) => placement.releases[colour])
      .find((one) => one.version === version);
    const { commit, migrationHead } = release ??
      earlier.get(version) ?? { commit: null, migrationHead: null };
    const isSuspect = version === checkoutProduction.releases.green.version;
    return {
      service: placement.service,
      deployment: {
        environment: placement.environment,
        version,
        deployedAt: new Date(Date.parse(ports.createdAt) - hoursAgo * hour).toISOString(),
        strategy: "blue-green",
        knownGood: !isSuspect,
        ...(commit !== null && { commit }),
        ...(release && { configurationRevision: version }),
        ...(migrationHead !== null && placement.usesDatabase && { migrationHead }),
        notes: isSuspect
          ? "Answers by customer segment, keeps transcripts."
          : index === placement.history.length - 1
            ? "Runs now."
            : "Ran without an incident.",
      },
    };
  });

/** Everything to register at the first start, so that the console knows the sandbox as it knows any other system. */
export const sandboxManifest = (ports: SandboxPorts, dataDir: string): SandboxManifest => ({
  services: [
    {
      id: catalogProduction.service,
      name: "Catalog",
      system: "shop",
      owner: "Shop team",
      playbook: "mvp-blue-green",
      environments: [environmentOf(catalogProduction, ports.catalog, dataDir, true)],
      dependsOn: [],
    },
    {
      id: checkoutProduction.service,
      name: "Checkout",
      system: "shop",
      owner: "Shop team",
      playbook: "mvp-blue-green",
      environments: [
        environmentOf(checkoutProduction, ports.proxy, dataDir, true),
        environmentOf(checkoutStaging, ports.staging, dataDir, false),
      ],
      dependsOn: [{ service: catalogProduction.service, versions: ">=5.0.0" }],
    },
  ],
  deployments: [catalogProduction, checkoutStaging, checkoutProduction].flatMap((placement) =>
    deploymentsOf(placement, ports),
  ),
});
