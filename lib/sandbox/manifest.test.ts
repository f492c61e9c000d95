import { expect, it } from "vitest";
import { RegisterService, ReportDeployment } from "#lib/domain/service.ts";
import { sandboxManifest } from "./manifest.ts";

const ports = {
  proxy: 40_001,
  blue: 40_002,
  green: 40_003,
  staging: 40_004,
  catalog: 40_005,
  createdAt: "2026-01-01T00:00:00.000Z",
};
const manifest = sandboxManifest(ports, "/data/sandbox");

it("the console accepts every service and deployment as it would anybody's", () => {
  for (const service of manifest.services) RegisterService.parse(service);
  for (const { deployment } of manifest.deployments) ReportDeployment.parse(deployment);
});

it("production runs the suspect version, and three known good ones came before", () => {
  const production = manifest.deployments
    .filter(
      ({ service, deployment }) => service === "shop-checkout" && deployment.environment === "production",
    )
    .map(({ deployment }) => [deployment.version, deployment.knownGood, deployment.deployedAt]);
  expect(production.map(([version, knownGood]) => [version, knownGood])).toEqual([
    ["2.1.0", true],
    ["2.2.1", true],
    ["2.3.0", true],
    ["2.4.0", false],
  ]);
  expect(production.at(-1)?.[2]).toBe(ports.createdAt);
});

it("an environment may call its own proxy and nothing else", () => {
  const allowed = manifest.services.flatMap(({ environments }) => environments.map(({ allow }) => allow));
  expect(allowed).toEqual([["127.0.0.1:40005"], ["127.0.0.1:40001"], ["127.0.0.1:40004"]]);
});

it("the same ports and folder give the same manifest", () => {
  expect(sandboxManifest(ports, "/data/sandbox")).toEqual(manifest);
});
