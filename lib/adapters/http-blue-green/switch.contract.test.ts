import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest } from "#e2e/contract/run-step.ts";
import type { BlueGreenSetup } from "#e2e/fixtures/blue-green-setup.ts";
import { startBlueGreen } from "#e2e/fixtures/start-blue-green.ts";
import type { BlueGreenServer } from "#e2e/fixtures/start-blue-green.ts";
import { httpBlueGreen } from "#lib/adapters/http-blue-green/index.ts";
import { Fault } from "#lib/domain/errors.ts";

let server: BlueGreenServer;
afterEach(() => server.stop());

const desired = { environment: "blue", version: "2.3.0", from: { environment: "green", version: "2.4.0" } };
const settings = { settleSeconds: 0.6, switchSeconds: 2, timeoutMs: 500 };
function step(more: Partial<StepRequest> = {}, extra: Record<string, unknown> = {}): StepRequest {
  return {
    adapter: "http-blue-green",
    operation: "switch",
    settings: { url: server.url, ...settings, ...extra },
    allow: [server.address],
    desired,
    ...more,
  };
}
const start = async (setup: BlueGreenSetup = {}): Promise<void> => {
  server = await startBlueGreen(setup);
};

describe("a target that flips at every POST", () => {
  beforeEach(() => start());

  it("gets one POST, and none when it is there already", async () => {
    expect(await runStep(step())).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await runStep(step())).toMatchObject({ fault: null, receipt: null });
    expect(await server.counters()).toMatchObject({ rollback: 1, flips: 1, active: "blue" });
    expect((await server.counters()).requests[0]).toMatchObject({ body: "", key: null });
  });

  it("gets no POST when it shows something that the plan does not rest on", async () => {
    const drifted = { ...desired, from: { environment: "green", version: "2.4.1" } };
    expect((await runStep(step({ desired: drifted }))).fault).toMatchObject({
      kind: "permanent",
      code: "DRIFT",
    });
    const other = { ...desired, version: "2.2.0", environment: "green" };
    expect((await runStep(step({ desired: other }))).fault).toMatchObject({
      kind: "permanent",
      code: "DRIFT",
    });
    expect(await server.counters()).toMatchObject({ rollback: 0 });
  });

  it("is watched when the answer is lost after it acted: done, with one POST", async () => {
    await server.faults({ dropAfter: true });
    expect(await runStep(step())).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await server.counters()).toMatchObject({ rollback: 1, flips: 1 });
  });

  it("is watched when it never answers: done, with one POST", async () => {
    await server.faults({ hang: true });
    expect(await runStep(step())).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await server.counters()).toMatchObject({ rollback: 1, flips: 1 });
  });

  it("is waited for when it answers slowly, or acts only later", async () => {
    await server.faults({ delayBeforeMs: 700, delayAfterMs: 700 });
    expect(await runStep(step())).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await server.counters()).toMatchObject({ rollback: 1, flips: 1 });
  });

  it("leaves it unknown when the connection broke before it acted, and says how to settle it", async () => {
    await server.faults({ dropBefore: true });
    const { fault } = await runStep(step());
    expect(fault).toMatchObject({ kind: "unknown", code: "SWITCH_UNCERTAIN" });
    expect(fault?.message).toContain("blue (2.3.0)");
    expect(fault?.advice).toContain(`${server.url}/deployment/status`);
    expect(await server.counters()).toMatchObject({ rollback: 1, flips: 0 });
  });

  it.each([500, 502, 503, 504, 408])(
    "leaves it unknown when it answers %i and stays where it was",
    async (status) => {
      await server.faults({ rollbackStatus: status });
      expect((await runStep(step())).fault).toMatchObject({ kind: "unknown" });
      expect(await server.counters()).toMatchObject({ rollback: 1 });
    },
  );

  it.each([400, 403, 404, 409])(
    "says that nothing was done when it answers %i and stays where it was",
    async (status) => {
      await server.faults({ rollbackStatus: status });
      expect((await runStep(step())).fault).toMatchObject({ kind: "permanent" });
      expect(await server.counters()).toMatchObject({ rollback: 1, flips: 0 });
    },
  );

  it("tries again when it was throttled, or nobody listened", async () => {
    await server.faults({ rollbackStatus: 429 });
    expect((await runStep(step())).fault).toMatchObject({ kind: "transient" });
    await server.stop();
    expect((await runStep(step())).fault).toMatchObject({ kind: "transient", code: "NO_CONNECTION" });
  });

  it("gets no second POST from the worker that takes over while the first POST is still held", async () => {
    await server.faults({ holdBefore: true });
    const first = freshProcess(step());
    await server.counters(1);
    await first.kill();
    const second = await freshProcess(step({ previous: "unknown" })).result;
    expect(second.fault).toMatchObject({ kind: "unknown", code: "SWITCH_UNCERTAIN" });
    await server.release();
    expect(await freshProcess(step({ previous: "unknown" })).result).toMatchObject({ fault: null });
    expect(await server.counters()).toMatchObject({ rollback: 1, flips: 1, active: "blue" });
  });

  it("is seen to settle by the worker that takes over, if the first POST acts meanwhile", async () => {
    await server.faults({ delayBeforeMs: 1200 });
    const first = freshProcess(step());
    await server.counters(1);
    await first.kill();
    const taken = await freshProcess(step({ previous: "unknown" }, { settleSeconds: 5 })).result;
    expect(taken).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await server.counters()).toMatchObject({ rollback: 1, flips: 1 });
  });

  it("gets no POST from the worker that takes over when the first never sent one: it cannot know", async () => {
    const { fault } = await runStep(step({ previous: "unknown" }));
    expect(fault).toMatchObject({ kind: "unknown" });
    expect(await server.counters()).toMatchObject({ rollback: 0 });
  });

  it("that can no longer be seen is not touched", async () => {
    await server.faults({ statusDown: true });
    expect((await runStep(step())).fault).toMatchObject({ kind: "transient" });
    await server.faults({ statusBody: { hello: "world" } });
    const { fault } = await runStep(step());
    expect(fault).toMatchObject({ kind: "permanent", code: "UNKNOWN_STATUS" });
    expect(fault?.message).toContain("hello");
    expect(await server.counters()).toMatchObject({ rollback: 0 });
  });

  it("is not called when the step is stopped, and is left unknown when stopped in between", async () => {
    expect((await runStep(step(), AbortSignal.abort())).fault).toMatchObject({ kind: "transient" });
    expect(await server.counters()).toMatchObject({ rollback: 0 });
    await server.faults({ holdBefore: true });
    const controller = new AbortController();
    const running = runStep(step(), controller.signal);
    await server.counters(1);
    controller.abort();
    expect((await running).fault).toMatchObject({ kind: "unknown" });
  });
});

describe("a target that understands the precondition", () => {
  beforeEach(() => start({ conditional: true }));
  const conditional = { conditional: true };

  it("is told from, to and version under the key of the effect", async () => {
    await runStep(step({ effectKey: "rb_7/2/switch" }, conditional));
    const [request] = (await server.counters()).requests;
    expect(request?.key).toBe("rb_7/2/switch");
    expect(JSON.parse(request?.body ?? "")).toEqual({ from: "green", to: "blue", version: "2.3.0" });
  });

  it("is asked again after an unknown outcome, and switches once", async () => {
    await server.faults({ holdBefore: true });
    const first = freshProcess(step({}, conditional));
    await server.counters(1);
    await first.kill();
    await server.faults({});
    const second = await freshProcess(step({ previous: "unknown" }, conditional)).result;
    expect(second).toMatchObject({ fault: null });
    await server.release();
    const { requests } = await server.counters(2);
    expect(requests.map(({ key }) => key)).toEqual(["rb_1/1/step", "rb_1/1/step"]);
    expect(await server.counters()).toMatchObject({ flips: 1, active: "blue" });
  });

  it("may be asked again at once when the connection broke: a transient fault", async () => {
    await server.faults({ dropBefore: true, times: 1 });
    expect((await runStep(step({}, conditional))).fault).toMatchObject({ kind: "transient" });
    expect((await runStep(step({}, conditional))).fault).toBeNull();
    expect(await server.counters()).toMatchObject({ flips: 1 });
  });
});

it("is switched once by the command for people, however often it is run", async (context) => {
  await start({ token: "a-token-for-people" });
  const has = (tool: string) => spawnSync(tool, ["--version"]).status === 0;
  if (!has("curl") || !has("jq")) context.skip("curl and jq are not installed here");
  const operation = httpBlueGreen.operations.find(({ id }) => id === "switch");
  const command =
    operation?.command(httpBlueGreen.settings.parse({ url: server.url }), desired, ["token"]) ?? "";
  const env = { ...process.env, TOKEN: "a-token-for-people" };
  const run = () => promisify(execFile)("/bin/sh", ["-c", command], { env });
  await run();
  await expect(run()).rejects.toThrow();
  expect(await server.counters()).toMatchObject({ rollback: 1, flips: 1, active: "blue" });
});

describe("planning", () => {
  const plan = (version: string, operation = "switch") => {
    const parsed = httpBlueGreen.settings.parse({ url: server.url });
    const { ctx } = adapterContext({ settings: parsed, allow: [server.address] });
    const found = httpBlueGreen.operations.find(({ id }) => id === operation);
    return found
      ?.plan({ ...ctx, settings: parsed }, planRequest({ version }))
      .catch((error: unknown) => error);
  };

  it("names both places, and the version in the idle one", async () => {
    await start();
    expect(await plan("2.3.0")).toMatchObject({
      title: "Switch traffic from green (2.4.0) to blue (2.3.0)",
      desired,
    });
    expect(await plan("2.4.0")).toMatchObject({ title: "Traffic is on green (2.4.0) already" });
  });

  it("refuses a version that is in neither environment, whatever was deployed once", async () => {
    await start();
    for (const operation of ["switch", "confirm", "verify-version"]) {
      const failure = await plan("2.2.1", operation);
      expect(failure).toBeInstanceOf(Fault);
      expect(failure).toMatchObject({ kind: "permanent", code: "NOT_IN_IDLE" });
    }
  });
});

describe("the checks", () => {
  const check = (operation: string, extra: Record<string, unknown> = {}, wanted: unknown = {}) =>
    runStep(step({ operation, desired: wanted }, extra));

  it("record status and history", async () => {
    await start();
    const { evidence } = await check("capture");
    expect(evidence.map(({ detail }) => detail).join(" ")).toContain(
      "green (2.4.0) serves; idle: blue (2.3.0).",
    );
  });

  it("confirm waits for an idle environment that is unhealthy, and fails for another version", async () => {
    await start();
    const wanted = { environment: "blue", version: "2.3.0" };
    expect((await check("confirm", {}, wanted)).evidence).toMatchObject([{ ok: true }]);
    await server.faults({ idleHealth: "degraded" });
    expect((await check("confirm", {}, wanted)).fault).toMatchObject({ kind: "transient" });
    expect((await check("confirm", {}, { ...wanted, version: "2.2.0" })).evidence).toMatchObject([
      { ok: false },
    ]);
  });

  it("health waits until it is healthy, with a good status, for the wanted version", async () => {
    await start({ active: "blue" });
    const wanted = { version: "2.3.0" };
    expect((await check("verify-health", {}, wanted)).evidence).toMatchObject([{ ok: true }]);
    expect((await check("verify-health", {}, { version: "9" })).fault).toMatchObject({
      code: "WRONG_VERSION",
    });
    await server.faults({ health: "degraded", healthStatus: 200 });
    expect((await check("verify-health", {}, wanted)).fault).toMatchObject({ kind: "transient" });
    await server.faults({ healthStatus: 503 });
    expect((await check("verify-health", {}, wanted)).fault).toMatchObject({ kind: "transient" });
  });

  it("core functionality, response time and error rate are measured where they are configured", async () => {
    await start({ errorRate: { blue: 0, green: 0.2 } });
    const extra = { queryPath: "/api/ai/query" };
    expect((await check("verify-core", extra)).evidence).toMatchObject([{ ok: true }]);
    expect((await check("verify-performance", extra, { most: 3000 })).evidence).toMatchObject([{ ok: true }]);
    await server.faults({ queryDelayMs: 300 });
    expect((await check("verify-performance", extra, { most: 100 })).fault).toMatchObject({
      code: "TOO_SLOW",
    });
    await server.faults({ queryStatus: 500 });
    expect((await check("verify-core", extra)).fault).toMatchObject({
      kind: "transient",
      code: "CORE_FAILS",
    });
    for (const metricsPath of ["/metrics.json", "/metrics"]) {
      const rate = await check("verify-error-rate", { metricsPath }, { most: 0.01 });
      expect(rate.fault).toMatchObject({ kind: "transient", code: "ERROR_RATE" });
      await server.flip();
      expect((await check("verify-error-rate", { metricsPath }, { most: 0.01 })).evidence).toMatchObject([
        { ok: true },
      ]);
      await server.flip();
    }
    const none = await check("verify-error-rate", { metricsPath: "/health" }, { most: 0.01 });
    expect(none.fault).toMatchObject({ kind: "permanent", code: "NO_ERROR_RATE" });
  });

  it("repeat no token that the target repeats", async () => {
    const token = "a-token-that-must-not-show";
    await start({ token });
    await server.faults({ rollbackStatus: 403 });
    const result = await runStep(step({ secrets: { token } }));
    expect(result.fault?.message).toContain("[redacted]");
    expect(JSON.stringify(result)).not.toContain(token);
  });
});
