import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { digestOf, startKubernetesServer } from "#e2e/contract/kubernetes-server.ts";
import { isWriteOf } from "#e2e/targets/kubernetes/written.ts";

contractSuite("kubernetes", {
  make: async (): Promise<ContractCase> => {
    const server = await startKubernetesServer();
    await server.deploy("shop", "1.0.0");
    await server.deploy("shop", "2.0.0");
    const settings = { namespace: "default", deployment: "shop", allowUnverifiedTls: true };
    const { to, ...request } = planRequest();
    return {
      adapter: "kubernetes",
      settings,
      secrets: { kubeconfig: server.kubeconfig },
      allow: [server.address],
      request: {
        ...request,
        to: { version: "1.0.0", artifacts: { ...to.artifacts, imageDigest: digestOf("1.0.0") } },
      },
      fingerprint: server.print,
      effects: (operation) =>
        Promise.resolve(server.writes.filter((one) => one.status < 300 && isWriteOf(operation, one)).length),
      wrongSettings: [{}, { ...settings, namespace: "../other" }, { ...settings, unknown: 1 }],
      stop: server.stop,
    };
  },
});
