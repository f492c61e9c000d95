import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { composeFound } from "#lib/adapters/docker-compose/compose-tool.ts";
import { dockerCompose } from "#lib/adapters/docker-compose/index.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "compose-tool-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("asks compose for its version in no home that somebody else can write to", async () => {
  const tool = path.join(folder, "compose");
  mkdirSync(path.join(folder, "home"));
  writeFileSync(tool, '#!/bin/sh\n[ -e "$HOME" ] || [ -e "$DOCKER_CONFIG" ] && exit 1\necho 2.26.1\n');
  chmodSync(tool, 0o755);
  const settings = dockerCompose.settings.parse({
    project: "shop",
    projectFolder: folder,
    layers: [["api"]],
    composePath: tool,
  });
  const { ctx } = adapterContext({ settings });
  const found = await composeFound(ctx as AdapterContext<Settings>);
  expect(found).toMatchObject({ path: tool, version: "2.26.1" });
});
