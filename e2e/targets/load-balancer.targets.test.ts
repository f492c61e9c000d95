import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { needs, startLoadBalancer } from "#e2e/targets/load-balancer.ts";
import type { LoadBalancer } from "#e2e/targets/load-balancer.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";

async function open(kind: LoadBalancer["adapter"], options: { tcp?: boolean } = {}): Promise<ContractCase> {
  const balancer = await startLoadBalancer(kind, options);
  const { settings } = balancer;
  return {
    adapter: kind,
    settings,
    secrets: {},
    allow: balancer.allow,
    request: { ...planRequest(), component: "routing" },
    fingerprint: () => balancer.fingerprint(),
    effects: async () => ((await balancer.serving()).join() === "blue" ? 1 : 0),
    wrongSettings: [
      {},
      { ...settings, unknown: 1 },
      { ...settings, samples: 0 },
      { ...settings, address: "ftp://example.com" },
      { ...settings, probePath: "no-slash" },
      { ...settings, versions: { blue: "../../etc" } },
    ],
    stop: () => balancer.stop(),
  };
}

describeWith("HAProxy", missing(needs.haproxy), () => {
  contractSuite("haproxy", { make: () => open("haproxy") }, "unix socket");
  contractSuite("haproxy", { make: () => open("haproxy", { tcp: true }) }, "over TCP");
});
describeWith("nginx", missing(needs.nginx), () => {
  contractSuite("nginx", { make: () => open("nginx") });
});
describeWith("Caddy", missing(needs.caddy), () => {
  contractSuite("caddy", { make: () => open("caddy") });
});
