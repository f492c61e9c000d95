import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { fate } from "#e2e/fixtures/engine/fate.ts";
import { startTargets, type Targets } from "#e2e/fixtures/engine/six-targets.ts";
import { prepareJourney, startJourney } from "#e2e/fixtures/engine/product-journey.ts";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { inspectService } from "#lib/commands/service/inspect.ts";
import { registerService } from "#lib/commands/service/register.ts";
import { inspectTarget } from "#lib/commands/target/inspect.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import { Fault, Refusal } from "#lib/domain/errors.ts";
import type { Identity } from "#lib/domain/inspection.ts";
import { startEngine } from "#lib/engine/worker.ts";
import { waitForRun } from "#lib/engine/wait-for-run.ts";
import { config } from "#lib/platform/config.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { newId } from "#lib/platform/id.ts";
import { getService } from "#lib/queries/service/get.ts";
import { serviceReadiness } from "#lib/queries/service/readiness.ts";
import { getInspection } from "#lib/queries/target/inspection.ts";
import { inspectHandler } from "#lib/workflows/inspect.ts";
import { prepareHandler } from "#lib/workflows/prepare.ts";
import { rollbackHandler } from "#lib/workflows/rollback.ts";
import { observeHandler } from "#lib/workflows/observe.ts";
import { recheckHandler } from "#lib/workflows/recheck.ts";
import { person, setup } from "../../prisma/factories/people.ts";

const { client, url } = await testDatabase();
/** Which system the address leads to; null: it does not tell. */
let answering: Identity | null = null;
/** What answers as soon as a rollback runs. */
let exchanged: Identity | null = null;
let exchangedWhile = "running";
const blueGreen = adapterById("http-blue-green");
if (blueGreen === undefined) throw new Error("The registry has no http-blue-green.");
const named = {
  ...blueGreen,
  identify: async () => {
    const isRunning = (await client.rollback.count({ where: { state: exchangedWhile } })) > 0;
    return (isRunning ? exchanged : null) ?? answering ?? { kind: "", id: "" };
  },
};
/** What a target answers that wants to do harm. */
let hostile: Pick<typeof blueGreen, "identify" | "inspect"> | null = null;
const tools = {
  adapterById: (id: string) => {
    if (id !== "http-blue-green") return adapterById(id);
    if (hostile !== null) return { ...blueGreen, ...hostile };
    return answering === null ? blueGreen : named;
  },
};
const open: Targets[] = [];
let engine: Awaited<ReturnType<typeof startEngine>>;

beforeAll(async () => {
  await ensureBuiltInPlaybooks();
  engine = await startEngine({
    url,
    workerId: newId("wk"),
    leaseSeconds: config().leaseSeconds,
    handlers: {
      rollback: rollbackHandler(tools),
      prepare: prepareHandler(tools),
      observe: observeHandler(tools),
      check: recheckHandler(tools),
      inspect: inspectHandler(tools, 5000),
    },
  });
});
afterAll(() => engine.stop());
beforeEach(() => {
  answering = null;
  exchanged = null;
  exchangedWhile = "running";
  hostile = null;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function server(): Promise<{ address: string; host: string }> {
  const targets = await startTargets(1);
  open.push(targets);
  const [address = ""] = targets.urls;
  return { address, host: new URL(address).host };
}

async function looked(inspection: string): Promise<void> {
  const run = await client.run.findFirstOrThrow({ where: { kind: "inspect", subjectId: inspection } });
  await waitForRun(run.id, 15_000);
}

async function registered(address: string, host: string): Promise<string> {
  const id = newId("svc").replaceAll("_", "-").toLowerCase();
  const target = { component: "code" as const, adapter: "http-blue-green", settings: { url: address } };
  await registerService(setup, {
    id,
    name: id,
    system: "shop",
    owner: "team",
    playbook: "mvp-blue-green",
    environments: [{ name: "production", allow: [host], targets: [target] }],
  });
  const inspection = await client.inspection.findFirstOrThrow({
    where: { target: { environment: { serviceId: id } } },
  });
  await looked(inspection.id);
  return id;
}

it("a target is looked at before it is registered: what runs there and what ran before", async () => {
  const { address, host } = await server();
  const admin = await person("admin");
  const { id } = await inspectTarget(admin, {
    component: "code",
    adapter: "http-blue-green",
    settings: { url: address },
    allow: [host],
  });
  await looked(id);
  const { seen } = await getInspection(admin, id);
  expect(seen).toMatchObject({ reached: true, fault: null, current: { version: "2.4.0", detail: "green" } });
  expect(seen?.history.map(({ version }) => version)).toContain("2.3.0");
  await expect(getInspection(await person("admin"), id)).rejects.toThrow(Refusal);
});

it("what is not allowed, not there or not a target is said with what to do", async () => {
  const { address, host } = await server();
  const admin = await person("admin");
  const look = async (settings: Record<string, string>, allow: string[]) => {
    const target = { component: "code", adapter: "http-blue-green", settings, allow } as const;
    const { id } = await inspectTarget(admin, target);
    await looked(id);
    return (await getInspection(admin, id)).seen;
  };
  const refused = await look({ url: address }, []);
  expect(refused).toMatchObject({ reached: false, fault: { code: "ADDRESS_REFUSED" } });
  const wrong = await look({ url: `${address}/nothing-here` }, [host]);
  expect(wrong?.fault?.advice).toBeTruthy();
  await expect(look({ url: "ftp://x" }, [])).rejects.toThrow("settings.url");
});

it("what a target answers is stored without secrets and control characters, cut, and never for ever waited for", async () => {
  const admin = await person("admin");
  const look = async () => {
    const target = {
      component: "code",
      adapter: "http-blue-green",
      settings: { url: "http://127.0.0.1:1" },
    } as const;
    const { id } = await inspectTarget(admin, {
      ...target,
      secrets: { token: "env:LASTGOOD_SECRET_HOSTILE" },
    });
    await looked(id);
    return (await getInspection(admin, id)).seen;
  };
  vi.stubEnv("LASTGOOD_SECRET_HOSTILE", "hunter2-hunter2");
  const long = `\u0000\ud800${"hunter2-hunter2 ".repeat(100_000)}`;
  const version = { version: long, deployedAt: null, artifacts: { commit: long }, detail: long };
  hostile = {
    identify: () => Promise.resolve({ kind: "cluster", id: "hunter2-hunter2\u0000" }),
    inspect: () =>
      Promise.resolve({
        tools: [{ name: long, missing: long }],
        evidence: Array.from({ length: 500 }, () => ({ title: "t", ok: true, detail: long, at: "" })),
        current: version,
        history: Array.from({ length: 100 }, () => version),
      }),
  };
  const seen = await look();
  const request = await client.event.findFirstOrThrow({
    where: { type: "target.inspection_requested", actorId: admin.id },
  });
  expect(JSON.parse(request.body)).toMatchObject({ data: { secrets: ["env:LASTGOOD_SECRET_HOSTILE"] } });
  expect(seen).toMatchObject({ reached: true, fault: null, identity: { id: "[redacted]\ufffd" } });
  expect(seen?.evidence).toHaveLength(100);
  expect(JSON.stringify(seen)).not.toContain("hunter2");
  expect(JSON.stringify(seen).length).toBeLessThan(2_000_000);

  hostile = {
    inspect: () => Promise.reject(new Fault("permanent", "ODD", `\u0000${"🦆".repeat(2000)}`, "a")),
  };
  expect(await look()).toMatchObject({ reached: false, fault: { code: "ODD" } });

  hostile = { inspect: () => new Promise(() => undefined) };
  expect(await look()).toMatchObject({ reached: false, fault: { code: "ADAPTER_BROKE" } });
});

it("a service that is registered is looked at by itself, and its readiness tells what was seen", async () => {
  const { address, host } = await server();
  const id = await registered(address, host);
  const [target] = (await getService(setup, id)).environments[0]?.targets ?? [];
  expect(target?.seen?.current?.version).toBe("2.4.0");
  const readiness = await serviceReadiness(setup, id, "production");
  expect(readiness.checks.find((check) => check.id === "reached")).toMatchObject({ ok: true });

  await open[0]?.servers[0]?.faults({ statusDown: true });
  const { inspections } = await inspectService(setup, { id, environment: "production" });
  await looked(inspections[0] ?? "");
  const after = await serviceReadiness(setup, id, "production");
  expect(after.ready).toBe(false);
  expect(after.checks.find((check) => check.id === "reached")?.detail).toContain("code (http-blue-green)");
});

it("a target that is being looked at is not asked about again", async () => {
  const { address, host } = await server();
  const id = await registered(address, host);
  let answer = (): void => undefined;
  const asked = new Promise<null>((resolve) => (answer = () => resolve(null)));
  hostile = { identify: () => asked.then(() => ({ kind: "cluster", id: "first" })) };
  const first = await inspectService(setup, { id, environment: "production" });
  expect(await inspectService(setup, { id, environment: "production" })).toEqual(first);
  answer();
  await looked(first.inspections[0] ?? "");
  const later = await inspectService(setup, { id, environment: "production" });
  expect(later.inspections).not.toEqual(first.inspections);
});

it("the first identity stays: another system at the same address is a fault, and nothing is planned for it", async () => {
  const { address, host } = await server();
  answering = { kind: "cluster", id: "first" };
  const id = await registered(address, host);
  answering = { kind: "cluster", id: "second" };
  const { inspections } = await inspectService(setup, { id, environment: "production" });
  await looked(inspections[0] ?? "");
  const [target] = (await getService(setup, id)).environments[0]?.targets ?? [];
  expect(target).toMatchObject({ identity: { id: "first" }, seen: { fault: { code: "WRONG_SYSTEM" } } });
});

const journey = (host: string, target: { component: "code"; adapter: string; settings: { url: string } }) =>
  prepareJourney(client, {
    playbook: "mvp-blue-green",
    procedure: "quick-switch",
    place: { allow: [host], targets: [{ ...target, secrets: {} }] },
    good: { version: "2.3.0", hoursAgo: 24 },
    bad: { version: "2.4.0", hoursAgo: 1 },
  });

it("another system that answers when all is done proves nothing", async () => {
  const { address, host } = await server();
  answering = { kind: "cluster", id: "first" };
  const prepared = await journey(host, {
    component: "code",
    adapter: "http-blue-green",
    settings: { url: address },
  });
  [exchanged, exchangedWhile] = [{ kind: "cluster", id: "second" }, "verifying"];
  await startJourney(client, prepared);
  const end = await fate(client, prepared.id);
  expect(end.state).toBe("needs_manual");
  expect(end.events.some((event) => JSON.stringify(event.body).includes("WRONG_SYSTEM"))).toBe(true);
});

it("a system that was exchanged after approval is never touched", async () => {
  const { address, host } = await server();
  answering = { kind: "cluster", id: "first" };
  const target = { component: "code" as const, adapter: "http-blue-green", settings: { url: address } };
  const prepared = await journey(host, target);
  const steps = prepared.plan.phases.flatMap((phase) => phase.steps);
  expect(steps.map((step) => step.identity)).toEqual(steps.map(() => ({ kind: "cluster", id: "first" })));

  exchanged = { kind: "cluster", id: "second" };
  await startJourney(client, prepared);
  const end = await fate(client, prepared.id);
  expect(end.state).toBe("needs_manual");
  expect(end.events.some((event) => JSON.stringify(event.body).includes("WRONG_SYSTEM"))).toBe(true);
  expect(end.events.some((event) => event.type === "step.intended")).toBe(false);
  expect(await open[0]?.effects()).toEqual([{ flips: 0, posts: 0, active: "green" }]);
});
