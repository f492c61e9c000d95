import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { hangingTool } from "#e2e/fixtures/hanging-tool.ts";
import { platformImages, startProject } from "#e2e/targets/compose-project.ts";
import { composeSteps, faultOf } from "#e2e/targets/compose-steps.ts";
import { dockerNeeds, startDocker, startRegistry } from "#e2e/targets/docker.ts";
import { needs, servedBy, startLoadBalancer } from "#e2e/targets/load-balancer.ts";
import { describeWith, missing, programPath } from "#e2e/targets/needs.ts";

describe("a tool that hangs is ended at its limit and named", () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "hung-")));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describeWith("nginx", missing(needs.nginx), () => {
    it("and its file holds its previous content again", async () => {
      const balancer = await startLoadBalancer("nginx");
      const tool = hangingTool(folder, programPath("nginx") ?? "/usr/sbin/nginx", "-t");
      const file = path.join(balancer.folder, "upstream.conf");
      const before = readFileSync(file, "utf8");
      const one: ContractCase = {
        adapter: "nginx",
        settings: { ...balancer.settings, nginx: tool.path },
        secrets: {},
        allow: balancer.allow,
        request: { ...planRequest(), component: "routing" },
        fingerprint: () => Promise.resolve(null),
        effects: () => Promise.resolve(0),
        wrongSettings: [],
        stop: () => Promise.resolve(),
      };
      const { fault } = await underTest(() => one).run("switch");
      expect(fault).toMatchObject({ kind: "transient", code: "TIMEOUT" });
      expect(fault?.advice).toContain("holds its previous content again");
      expect(tool.state()).toBe("ended");
      expect(readFileSync(file, "utf8")).toBe(before);
      expect(await servedBy(balancer.url)).toBe("2.4.0");
      await balancer.stop();
    });
  });

  describeWith("compose", missing(dockerNeeds), () => {
    it("while it reads the compose file, and while it starts a layer", async () => {
      const engine = await startDocker();
      const registry = await startRegistry();
      const images = await platformImages(engine, registry);
      const project = await startProject(engine, images);
      const { plan, step } = composeSteps(() => project);
      const reading = hangingTool(folder, "/usr/bin/docker-compose", "config");
      const before = await project.print();
      expect(await faultOf(plan("pin-images", undefined, { composePath: reading.path }))).toMatchObject({
        kind: "transient",
        code: "COMPOSE_TIMEOUT",
      });
      expect(reading.state()).toBe("ended");
      expect(await project.print()).toEqual(before);
      for (const operation of ["pin-images", "pull"])
        for (const { desired } of await plan(operation))
          expect((await step(operation, desired)).fault, operation).toBeNull();
      rmSync(reading.path);
      const starting = hangingTool(folder, "/usr/bin/docker-compose", "up");
      const settings = { composePath: starting.path, layerSeconds: 5 };
      const [first] = await plan("start-layer");
      const { fault, receipt } = await step("start-layer", first?.desired, settings);
      expect(fault?.code).toBe("COMPOSE_TIMEOUT");
      expect(receipt).toBeNull();
      expect(starting.state()).toBe("ended");
      expect((await step("start-layer", first?.desired)).fault).toBeNull();
      expect(await project.version("data")).toBe("v1");
      await project.stop();
      await engine.stop();
      await registry.stop();
    });
  });
});
