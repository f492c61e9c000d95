import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { contractCases } from "#e2e/contract/cases.ts";
import { hostileVersions, planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest } from "#e2e/contract/run-step.ts";
import type { AnyOperation, PlanRequest } from "#lib/adapters/contract.ts";
import { adapterDescriptions, adapters } from "#lib/adapters/registry.ts";
import { Fault } from "#lib/domain/errors.ts";

it("every adapter of the registry has a case here, and an id of its own", () => {
  expect(Object.keys(contractCases).sort()).toEqual(adapters.map(({ id }) => id).sort());
});

describe.each(adapters.map((adapter) => [adapter.id, adapter] as const))("%s", (id, adapter) => {
  let one: ContractCase;
  beforeEach(async () => {
    const make = contractCases[id];
    if (make === undefined) throw new Error(`${id} has no case.`);
    one = await make();
  });
  afterEach(() => one.stop());

  const settings = (): unknown => adapter.settings.parse(one.settings);
  const context = () => adapterContext({ settings: settings(), secrets: one.secrets, allow: one.allow }).ctx;
  const plan = (operation: AnyOperation<unknown>, request: PlanRequest = one.request) =>
    operation.plan(context(), request);
  const step = (operation: string, desired: unknown, more: Partial<StepRequest> = {}): StepRequest => ({
    adapter: id,
    operation,
    settings: one.settings,
    secrets: one.secrets,
    allow: one.allow,
    desired,
    ...more,
  });

  it("describes its settings so that the form and the worker accept and refuse the same", () => {
    const described = adapterDescriptions().find((each) => each.id === id);
    const form = z.fromJSONSchema(z.json().parse(described?.settings) as z.core.JSONSchema.JSONSchema);
    expect(form.safeParse(one.settings).error).toBeUndefined();
    // What comes out, defaults filled in, goes in again unchanged.
    const filled = settings();
    expect(adapter.settings.parse(JSON.parse(JSON.stringify(filled)))).toEqual(filled);
    for (const wrong of one.wrongSettings)
      expect(adapter.settings.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });

  it("plans and previews without touching anything", async () => {
    const before = await one.fingerprint();
    for (const operation of adapter.operations) {
      const planned = await plan(operation);
      if (planned === null) continue;
      const executor = await operation.executor();
      const observed: unknown = await executor.observe(context(), planned.desired);
      executor.isDone(planned.desired, observed);
      if (planned.observed !== null)
        expect(executor.stable(observed), "nothing has drifted").toEqual(executor.stable(planned.observed));
      await executor.cancel(context(), null);
    }
    expect(await one.fingerprint()).toEqual(before);
  });

  it("wants absolute states that survive storage, each with a manual equivalent", async () => {
    for (const operation of adapter.operations) {
      const planned = await plan(operation);
      if (planned === null) continue;
      const stored: unknown = JSON.parse(JSON.stringify(planned.desired));
      expect(operation.desired.parse(stored)).toEqual(planned.desired);
      const command = operation.command(settings(), planned.desired, Object.keys(one.secrets));
      expect(command.length).toBeGreaterThan(5);
      for (const secret of Object.values(one.secrets)) expect(command).not.toContain(secret);
      // A shell reads it: the quoting is whole.
      execFileSync("/bin/sh", ["-n", "-c", command]);
    }
  });

  it("goes all the way, and a second time changes nothing", async () => {
    for (let round = 0; round < 2; round++)
      for (const { operation, desired } of await stepsOnce()) {
        const result = await runStep(step(operation.id, desired));
        expect(result.fault).toBeNull();
        expect(result.evidence.filter(({ ok }) => !ok)).toEqual([]);
        if (!operation.mutating) continue;
        expect(result.receipt?.changed ?? false).toBe(round === 0);
        expect(await one.effects(operation.id)).toBe(1);
      }
  });

  it("finishes in a fresh process that knows only what was stored, whatever became of the first", async () => {
    const steps = await stepsOnce();
    for (const { operation, desired } of steps) {
      if (operation.mutating) {
        const before = freshProcess(step(operation.id, desired));
        if (operation === steps.find((each) => each.operation.mutating)?.operation) await before.kill();
        else await before.result;
      }
      const after = await freshProcess(step(operation.id, desired)).result;
      expect(after.fault).toBeNull();
      expect(after.evidence.every(({ ok }) => ok)).toBe(true);
      if (operation.mutating) expect(await one.effects(operation.id)).toBe(1);
    }
  });

  it("does nothing more when an earlier attempt of unknown outcome had its effect", async () => {
    for (const { operation, desired } of await stepsOnce()) {
      if (operation.mutating) await runStep(step(operation.id, desired));
      const print = operation.mutating ? await one.fingerprint() : null;
      const again = await runStep(step(operation.id, desired, { previous: "unknown" }));
      expect(again).toMatchObject({ fault: null, receipt: null });
      if (print !== null) expect(await one.fingerprint()).toEqual(print);
    }
  });

  it("can be cancelled twice, before, during and after, and by the signal", async () => {
    for (const { operation, desired } of await stepsOnce()) {
      const executor = await operation.executor();
      const stopped = await runStep(step(operation.id, desired), AbortSignal.abort());
      if (operation.mutating && stopped.fault !== null) expect(stopped.fault.kind).not.toBe("unknown");
      await executor.cancel(context(), null);
      const { receipt } = await runStep(step(operation.id, desired));
      await executor.cancel(context(), receipt);
      await executor.cancel(context(), receipt);
      expect((await runStep(step(operation.id, desired))).fault).toBeNull();
    }
  });

  it("lets no secret into receipts, evidence, faults or lines", async () => {
    for (const { operation, desired } of await stepsOnce()) {
      const text = JSON.stringify(await runStep(step(operation.id, desired)));
      for (const secret of Object.values(one.secrets))
        for (const form of [
          secret,
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString("base64"),
        ])
          expect(text).not.toContain(form);
    }
  });

  it("lets no version reach a shell, a path, an option or a template", async () => {
    const before = await one.fingerprint();
    const folder = mkdtempSync(path.join(tmpdir(), "hostile-"));
    for (const version of hostileVersions)
      for (const operation of adapter.operations) {
        const planned = await plan(operation, planRequest({ version, revision: version })).catch(
          permanentAsNull,
        );
        if (planned === null) continue;
        const command = byHand(operation, settings(), planned.desired);
        // Only looks are typed here: what changes something is refused by its plan already.
        expect(operation.mutating, version).toBe(false);
        if (id === "command" && command !== null)
          execFileSync("/bin/sh", ["-c", command], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
        const { fault } = await runStep(step(operation.id, planned.desired, { allow: [] }));
        if (fault !== null) expect(["permanent", "transient"]).toContain(fault.kind);
      }
    expect(readdirSync(folder)).toEqual([]);
    expect(await one.fingerprint()).toEqual(before);
    rmSync(folder, { recursive: true });
  });

  /** Each operation that applies here, with its plan, in the order of a rollback. */
  async function stepsOnce(): Promise<{ operation: AnyOperation<unknown>; desired: unknown }[]> {
    const steps = [];
    for (const operation of adapter.operations) {
      const planned = await plan(operation);
      if (planned !== null) steps.push({ operation, desired: planned.desired as unknown });
    }
    return steps;
  }
});

function byHand(operation: AnyOperation<unknown>, settings: unknown, desired: unknown): string | null {
  try {
    return operation.command(settings, desired);
  } catch (error) {
    // No argument can hold NUL, so there is nothing that a person could type.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function permanentAsNull(error: unknown): null {
  if (error instanceof Fault && error.kind === "permanent") return null;
  throw error;
}
