import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { hostileVersions } from "#e2e/contract/contract-case.ts";
import type { ContractCase, OpenCases } from "#e2e/contract/contract-case.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest } from "#e2e/contract/run-step.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { AnyOperation, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { adapterById, adapterDescriptions } from "#lib/adapters/registry.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { Artifacts } from "#lib/domain/service.ts";

type PlannedStep = { operation: AnyOperation<unknown>; desired: unknown };

/** What every adapter promises, tried on one. `variant` tells several cases of one adapter apart. */
export function contractSuite(id: string, open: OpenCases, variant = ""): void {
  const found = adapterById(id);
  if (!found) throw new Error(`The registry has no ${id}.`);
  const adapter = found;

  describe(`${id}${variant === "" ? "" : ` (${variant})`} keeps the contract of adapters`, () => {
    let one: ContractCase;
    beforeEach(async () => {
      one = await open.make();
    });
    afterEach(() => one.stop());
    afterAll(() => open.close?.());

    const settings = (): unknown => adapter.settings.parse(one.settings);
    const context = () =>
      adapterContext({ settings: settings(), secrets: one.secrets, allow: one.allow }).ctx;
    const plan = async (
      operation: AnyOperation<unknown>,
      request: PlanRequest = one.request,
    ): Promise<readonly Planned<unknown, unknown>[]> => plansOf(await operation.plan(context(), request));
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

    it("plans, previews, identifies and inspects without touching anything", async () => {
      const before = await one.fingerprint();
      for (const operation of adapter.operations)
        for (const planned of await plan(operation)) {
          const executor = await operation.executor();
          const observed: unknown = await executor.observe(context(), planned.desired);
          executor.isDone(planned.desired, observed);
          if (planned.observed !== null)
            expect(executor.stable(observed), "nothing has drifted").toEqual(
              executor.stable(planned.observed),
            );
        }
      const identity = await adapter.identify?.(context());
      if (identity !== undefined) expect(await adapter.identify?.(context())).toEqual(identity);
      await adapter.inspect?.(context(), one.request.component);
      expect(await one.fingerprint()).toEqual(before);
    });

    it("wants absolute states that survive storage, each with a manual equivalent", async () => {
      for (const operation of adapter.operations)
        for (const { desired } of await plan(operation)) {
          const stored: unknown = JSON.parse(JSON.stringify(desired));
          expect(operation.desired.parse(stored)).toEqual(desired);
          const command = operation.command(settings(), desired, Object.keys(one.secrets));
          expect(command.length).toBeGreaterThan(5);
          for (const secret of Object.values(one.secrets)) expect(command).not.toContain(secret);
          // A shell reads it: the quoting is whole.
          execFileSync("/bin/sh", ["-n", "-c", command]);
        }
    });

    it("goes all the way, and each step a second time changes nothing", async () => {
      const done = new Map<string, number>();
      for (const { operation, desired } of await stepsOnce()) {
        const times = (done.get(operation.id) ?? 0) + 1;
        done.set(operation.id, times);
        for (let round = 0; round < 2; round++) {
          const result = await runStep(step(operation.id, desired));
          expect(result.fault, operation.id).toBeNull();
          expect(result.evidence, `${operation.id} proves something`).not.toEqual([]);
          expect(result.evidence.filter(({ ok }) => !ok)).toEqual([]);
          if (!operation.mutating) continue;
          expect(result.receipt?.changed ?? false, `${operation.id}, time ${round + 1}`).toBe(round === 0);
          expect(await one.effects(operation.id), operation.id).toBe(times);
        }
      }
    });

    it("finishes in a fresh process that knows only what was stored, whatever became of the first", async () => {
      const done = new Map<string, number>();
      const steps = await stepsOnce();
      for (const { operation, desired } of steps) {
        if (operation.mutating) {
          const before = freshProcess(step(operation.id, desired));
          if (operation === steps.find((each) => each.operation.mutating)?.operation) await before.kill();
          else await before.result;
        }
        const after = await freshProcess(step(operation.id, desired)).result;
        expect(after.fault, operation.id).toBeNull();
        expect(after.evidence.every(({ ok }) => ok)).toBe(true);
        if (!operation.mutating) continue;
        const times = (done.get(operation.id) ?? 0) + 1;
        done.set(operation.id, times);
        expect(await one.effects(operation.id), operation.id).toBe(times);
      }
    });

    it("does nothing more when an earlier attempt of unknown outcome had its effect", async () => {
      for (const { operation, desired } of await stepsOnce()) {
        if (operation.mutating) await runStep(step(operation.id, desired));
        const print = operation.mutating ? await one.fingerprint() : null;
        const again = await runStep(step(operation.id, desired, { previous: "unknown" }));
        expect(again, operation.id).toMatchObject({ fault: null, receipt: null });
        if (print !== null) expect(await one.fingerprint()).toEqual(print);
      }
    });

    it("can be stopped by the signal, and what it keeps shut is opened again, once", async () => {
      for (const { operation, desired } of await stepsOnce()) {
        const { release } = operation;
        const stopped = await runStep(step(operation.id, desired), AbortSignal.abort());
        if (operation.mutating && stopped.fault !== null) expect(stopped.fault.kind).not.toBe("unknown");
        if (release) {
          for (const command of [release.command(settings(), desired, Object.keys(one.secrets))])
            execFileSync("/bin/sh", ["-n", "-c", command]);
          for (const isShut of [false, true, false]) {
            if (isShut) expect((await runStep(step(operation.id, desired))).fault).toBeNull();
            const opened = await runStep(step(operation.id, desired, { isRelease: true }));
            expect(opened.fault).toBeNull();
            expect(opened.receipt?.changed ?? false).toBe(isShut);
            expect(opened.evidence.every(({ ok }) => ok) && opened.evidence.length > 0).toBe(true);
          }
        }
        expect((await runStep(step(operation.id, desired))).fault).toBeNull();
      }
    });

    it("lets no secret into receipts, evidence, faults, lines, identity or inspection", async () => {
      const inspected = await adapter.inspect?.(context(), one.request.component);
      const texts = [JSON.stringify([await adapter.identify?.(context()), inspected])];
      for (const { operation, desired } of await stepsOnce())
        texts.push(JSON.stringify(await runStep(step(operation.id, desired))));
      for (const secret of Object.values(one.secrets))
        for (const form of [
          secret,
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString("base64"),
        ])
          for (const text of texts) expect(text).not.toContain(form);
    });

    it("lets no version or artifact reach a shell, a path, an option or a template", async () => {
      const before = await one.fingerprint();
      const folder = mkdtempSync(path.join(tmpdir(), "hostile-"));
      for (const hostile of hostileVersions)
        for (const operation of adapter.operations)
          for (const planned of await plan(operation, hostileRequest(one.request, hostile)).catch(
            permanentAsNone,
          )) {
            const command = byHand(operation, settings(), planned.desired);
            // Only looks are typed here: what changes something is refused by its plan, or does not depend on it.
            if (operation.mutating) expect(JSON.stringify(planned.desired)).not.toContain(hostile);
            else if (id === "command" && command !== null)
              execFileSync("/bin/sh", ["-c", command], {
                cwd: folder,
                stdio: ["ignore", "ignore", "inherit"],
              });
            if (operation.mutating) continue;
            const { fault } = await runStep(step(operation.id, planned.desired, { allow: [] }));
            if (fault !== null) expect(["permanent", "transient"]).toContain(fault.kind);
          }
      expect(readdirSync(folder)).toEqual([]);
      expect(await one.fingerprint()).toEqual(before);
      rmSync(folder, { recursive: true });
    });

    /** Each operation that applies here, with its plans, in the order of a rollback. */
    async function stepsOnce(): Promise<PlannedStep[]> {
      const steps: PlannedStep[] = [];
      for (const operation of adapter.operations)
        for (const { desired } of await plan(operation)) steps.push({ operation, desired });
      return steps;
    }
  });
}

/** The same request with a hostile text as version, and in place of every artifact that it names. */
function hostileRequest(request: PlanRequest, hostile: string): PlanRequest {
  const entries = Object.entries(request.to.artifacts).map(([name, value]) => [
    name,
    value === null ? null : hostile,
  ]);
  return { ...request, to: { version: hostile, artifacts: Object.fromEntries(entries) as Artifacts } };
}

function byHand(operation: AnyOperation<unknown>, settings: unknown, desired: unknown): string | null {
  try {
    return operation.command(settings, desired);
  } catch (error) {
    // No argument can hold NUL, so there is nothing that a person could type.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function permanentAsNone(error: unknown): [] {
  if (error instanceof Fault && error.kind === "permanent") return [];
  throw error;
}
