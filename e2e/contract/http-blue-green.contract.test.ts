import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { startBlueGreen } from "#e2e/fixtures/start-blue-green.ts";

const token = 'T0p/secret+"token" 42';

contractSuite("http-blue-green", { make: blueGreen });

async function blueGreen(): Promise<ContractCase> {
  const server = await startBlueGreen({ token, errorRate: { blue: 0, green: 0 } });
  return {
    adapter: "http-blue-green",
    settings: {
      url: server.url,
      queryPath: "/api/ai/query",
      metricsPath: "/metrics.json",
      settleSeconds: 0.5,
      switchSeconds: 5,
    },
    secrets: { token },
    allow: [server.address],
    request: planRequest(),
    fingerprint: async () => {
      const { rollback, query, flips, active } = await server.counters();
      return { rollback, query, flips, active };
    },
    effects: async () => (await server.counters()).flips,
    wrongSettings: [
      {},
      { url: "ftp://example.com" },
      { url: server.url, unknown: 1 },
      { url: server.url, statusPath: "no-slash" },
      { url: server.url, settleSeconds: -1 },
    ],
    stop: () => server.stop(),
  };
}
