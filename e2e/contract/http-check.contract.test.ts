import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { startBlueGreen } from "#e2e/fixtures/start-blue-green.ts";

const token = 'T0p/secret+"token" 42';

contractSuite("http-check", { make: httpCheck });

async function httpCheck(): Promise<ContractCase> {
  const server = await startBlueGreen({ active: "blue" });
  return {
    adapter: "http-check",
    settings: {
      url: `${server.url}/api/ai/query`,
      method: "POST",
      body: { content: "x" },
      json: [{ path: "version", equalsVersion: true }],
      count: 2,
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
      { url: "file:///etc/passwd" },
      { url: "http://user:password@example.com" },
      { url: server.url, headers: { authorization: "x" } },
      { url: server.url, headers: { "x-a": "a\r\nb" } },
      { url: server.url, method: "DELETE" },
    ],
    stop: () => server.stop(),
  };
}
