import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { StatusSnapshot } from "#lib/domain/status.ts";
import { writeStatusFile } from "#lib/platform/status-file.ts";
import type { RunningStatus } from "#lib/processes/status.ts";

const snapshot = (asOf: Date): StatusSnapshot => ({
  state: "operational",
  components: [{ id: "shop", name: "Shop <b>", state: "operational", days: [] }],
  incidents: [],
  past: [],
  asOf: asOf.toISOString(),
});

describe("the status process", () => {
  let folder: string;
  let running: RunningStatus;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "lastgood-status-"));
    vi.resetModules();
    vi.stubEnv("LASTGOOD_DATA", folder);
    vi.stubEnv("STATUS_PORT", String(20_000 + Math.floor(Math.random() * 20_000)));
    const { startStatus } = await import("#lib/processes/status.ts");
    running = await startStatus();
  });
  afterEach(async () => {
    await running.close();
    vi.unstubAllEnvs();
    await fs.rm(folder, { recursive: true });
  });
  const get = (to: string) => fetch(`http://127.0.0.1:${running.port}${to}`);

  it("says that nothing is known before anything was published", async () => {
    const page = await (await get("/status")).text();
    expect(page).toContain("We cannot say right now");
    expect(page).not.toContain("Everything is working");
  });

  it("shows a fresh snapshot, with names made safe", async () => {
    await writeStatusFile(folder, snapshot(new Date()));
    const page = await (await get("/")).text();
    expect(page).toContain("Everything is working");
    expect(page).toContain("Shop &lt;b&gt;");
  });

  it("does not stay green when the snapshot is old", async () => {
    await writeStatusFile(folder, snapshot(new Date(Date.now() - 10 * 60_000)));
    const page = await (await get("/")).text();
    expect(page).not.toContain("Everything is working");
    expect(page).toContain("may no longer be true");
    const json = (await (await get("/status.json")).json()) as { state: string };
    expect(json.state).toBe("unknown");
  });

  it("takes a damaged snapshot for an unknown state", async () => {
    await writeStatusFile(folder, snapshot(new Date()));
    await fs.writeFile(path.join(folder, "status", "snapshot.json"), '{"state":"operational"');
    expect(await (await get("/")).text()).toContain("We cannot say right now");
  });

  it("answers nothing but reads", async () => {
    const answer = await fetch(`http://127.0.0.1:${running.port}/`, { method: "POST" });
    expect(answer.status).toBe(405);
  });
});
