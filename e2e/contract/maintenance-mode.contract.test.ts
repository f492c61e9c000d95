import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import { startMaintenance } from "#e2e/contract/maintenance-server.ts";
import type { MaintenanceServer } from "#e2e/contract/maintenance-server.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest } from "#e2e/contract/run-step.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import { maintenanceMode } from "#lib/adapters/maintenance-mode/index.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const token = 'T0p/secret+"token" 42';

contractSuite("maintenance-mode", { make: () => open({ statusPath: "/admin/maintenance" }) }, "JSON status");
contractSuite("maintenance-mode", { make: () => open({ statusPath: "/", onStatus: 503 }) }, "503 page");

async function open(more: JsonObject): Promise<ContractCase> {
  const server = await startMaintenance(token);
  return {
    adapter: "maintenance-mode",
    settings: { url: server.url, settleSeconds: 2, unnamed: true, ...more },
    secrets: { token },
    allow: [server.address],
    request: { ...planRequest(), component: "routing" },
    fingerprint: () => Promise.resolve({ ...server.counts(), isOn: server.isOn() }),
    effects: (operation) => Promise.resolve(server.counts()[operation === "on" ? "on" : "off"]),
    wrongSettings: [
      {},
      { url: "ftp://example.com" },
      { url: server.url, unknown: 1 },
      { url: server.url, on: { path: "/toggle" }, off: { path: "/toggle" } },
      { url: server.url, onValue: 1, offValue: 1 },
      { url: server.url, onStatus: 200 },
    ],
    stop: () => server.stop(),
  };
}

let server: MaintenanceServer;
beforeEach(async () => {
  server = await startMaintenance();
});
afterEach(() => server.stop());

const step = (more: Partial<StepRequest> = {}, settings: JsonObject = {}): StepRequest => ({
  adapter: "maintenance-mode",
  operation: "on",
  settings: { url: server.url, statusPath: "/admin/maintenance", settleSeconds: 0.5, ...settings },
  allow: [server.address],
  desired: { maintenance: "on" },
  ...more,
});

describe("maintenance mode with a status", () => {
  it.each(["before", "after"] as const)("is on once when the connection broke %s it acted", async (cut) => {
    server.faults({ cut });
    const first = await runStep(step());
    if (cut === "before") expect(first.fault).toMatchObject({ kind: "transient", code: "NOT_SHOWN" });
    else expect(first.fault).toBeNull();
    server.faults({});
    expect((await runStep(step({ previous: "unknown" }))).fault).toBeNull();
    expect(server.isOn()).toBe(true);
    expect(server.counts()).toMatchObject({ on: 1, asked: cut === "before" ? 2 : 1 });
  });

  it("is settled by looking when the worker died while its call was held", async () => {
    server.faults({ hold: true });
    const first = freshProcess(step());
    await server.asked(1);
    await first.kill();
    const second = freshProcess(step({ previous: "unknown" }, { settleSeconds: 20 })).result;
    server.release();
    expect(await second).toMatchObject({ fault: null });
    expect(server.counts()).toMatchObject({ on: 1, asked: 1 });
  });

  it.each([
    [401, "permanent", "NOT_AUTHORISED"],
    [403, "permanent", "NOT_AUTHORISED"],
    [404, "permanent", "REFUSED"],
    [302, "permanent", "REFUSED"],
    [429, "transient", "THROTTLED"],
    [503, "transient", "NOT_SHOWN"],
  ] as const)("says what to do when the call is answered %i", async (refuse, kind, code) => {
    server.faults({ refuse });
    const { fault } = await runStep(step({}, { settleSeconds: 0 }));
    expect(fault).toMatchObject({ kind, code });
    expect(fault?.advice).not.toBe("");
    expect(server.isOn()).toBe(false);
  });

  it("does nothing where it cannot see: unknown is not off", async () => {
    for (const status of [
      { status: 200, body: "<html>" },
      { status: 200, body: '{"maintenance":"perhaps"}' },
      { status: 500, body: "" },
    ]) {
      server.faults({ status });
      expect((await runStep(step())).fault?.code).toMatch(/UNKNOWN_STATUS|STATUS_NOT_SHOWN/);
    }
    expect(server.counts().asked).toBe(0);
  });

  it("that nobody serves, or that is not allowed, is a named fault", async () => {
    await server.stop();
    expect((await runStep(step())).fault).toMatchObject({ kind: "transient", code: "NO_CONNECTION" });
    expect((await runStep(step({ allow: [] }))).fault).toMatchObject({ code: "ADDRESS_REFUSED" });
    server = await startMaintenance();
  });

  it("repeats no token that the target repeats", async () => {
    await server.stop();
    server = await startMaintenance("another");
    const result = await runStep(step({ secrets: { token } }));
    expect(result.fault).toMatchObject({ code: "NOT_AUTHORISED" });
    expect(JSON.stringify(result)).not.toContain("T0p");
  });
});

describe("maintenance mode without a status", () => {
  const blind = { statusPath: undefined } as unknown as JsonObject;

  it("is what the target answered, and is not asked twice by the process that got the answer", async () => {
    const one = step({ effectKey: "rb_2:on" }, blind);
    expect(await runStep(one)).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await runStep(one)).toMatchObject({ fault: null, receipt: null });
    expect(server.counts().asked).toBe(1);
  });

  it("is unknown when no answer came, and for whoever takes over, unless asking twice does no harm", async () => {
    server.faults({ cut: "after" });
    const lost = await runStep(step({ effectKey: "rb_3:on" }, blind));
    expect(lost.fault).toMatchObject({ kind: "unknown", code: "MODE_UNCERTAIN" });
    server.faults({});
    const taken = step({ effectKey: "rb_3:on", previous: "unknown" }, blind);
    expect((await freshProcess(taken).result).fault).toMatchObject({ kind: "unknown" });
    expect(server.counts().asked).toBe(1);
    const harmless = { ...taken, settings: { ...(taken.settings as JsonObject), idempotent: true } };
    expect((await freshProcess(harmless).result).fault).toBeNull();
    expect(server.counts()).toMatchObject({ asked: 2, on: 1 });
  });
});

it("is planned where the procedure names it, and else only when the target says so", async () => {
  const planned = async (named: string[] | null, unnamed = false) => {
    const settings = maintenanceMode.settings.parse({ url: server.url, unnamed });
    const { ctx } = adapterContext({ settings, allow: [server.address] });
    const request = { ...planRequest(), component: "routing" as const, named };
    const plans = maintenanceMode.operations.map(async (operation) =>
      plansOf(await operation.plan({ ...ctx, settings }, request)).map(() => operation.id),
    );
    return (await Promise.all(plans)).flat();
  };
  expect(await planned(["on", "off"])).toEqual(["on", "off"]);
  expect(await planned(["switch"])).toEqual([]);
  expect(await planned(null)).toEqual([]);
  expect(await planned(null, true)).toEqual(["on", "off"]);
});

it("is turned on and off by the commands for people", async () => {
  const settings = maintenanceMode.settings.parse({ url: server.url });
  for (const mode of ["on", "off"] as const) {
    const operation = maintenanceMode.operations.find(({ id }) => id === mode);
    const command = operation?.command(settings, { maintenance: mode }) ?? "";
    await promisify(execFile)("/bin/sh", ["-c", command]);
    expect(server.isOn()).toBe(mode === "on");
  }
});
