import { describe, expect, it } from "vitest";
import type { StepChange } from "#lib/commands/step/record.ts";
import { Fault } from "#lib/domain/errors.ts";
import { createLog } from "#lib/platform/log.ts";
import { planStep } from "#components/rollback/rollback.fixture.ts";
import { converge } from "#lib/workflows/converge.ts";
import type { Work } from "#lib/workflows/work.ts";

/** A door that shuts and then says that somebody is still inside. */
function door(isOpen: boolean) {
  const changes: StepChange[] = [];
  const state = { isOpen };
  const work: Work = {
    run: {
      id: "run_1",
      kind: "rollback",
      input: {},
      workerId: "wrk_1",
      subjectId: "rb_1",
      generation: 1,
      signal: new AbortController().signal,
      handOver: () => undefined,
      confirmOwned: () => Promise.resolve(),
    },
    step: { ...planStep("shut"), phase: "execution" },
    stepping: {
      record: (change) => {
        changes.push(change);
        return Promise.resolve();
      },
      call: (call) => call({} as never),
      waitUntil: () => Promise.resolve(),
      isOverLimit: () => false,
      takeOutput: () => Promise.resolve([]),
      close: () => undefined,
    },
    executor: {
      observe: () => Promise.resolve({ isOpen: state.isOpen }),
      stable: (seen: { isOpen: boolean }) => seen,
      isDone: (_desired: unknown, seen: { isOpen: boolean }) => !seen.isOpen,
      apply: () => {
        state.isOpen = false;
        return Promise.reject(new Fault("transient", "SESSIONS_STAY", "One stays.", "Wait."));
      },
      verify: () => Promise.resolve([{ title: "Door", ok: true, detail: "Shut.", at: "" }]),
    },
    desired: {},
    attempt: 0,
    retries: 0,
    isUnsettled: false,
    hasActed: false,
    isAskedFor: false,
    summary: "",
    identify: () => Promise.resolve(null),
    isIdentified: true,
    rawObserved: null,
    observed: null,
    redact: (text) => text,
    log: createLog("test"),
  };
  return { work, changes };
}

describe("a step whose effect was asked for", () => {
  it("is done, and was not done already, when the next look after a passing fault shows it", async () => {
    const { work, changes } = door(true);
    await converge(work);
    expect(changes.map(({ type }) => type)).toEqual(["intended", "retrying", "finished"]);
    expect(changes.at(-1)).toMatchObject({ state: "done" });
  });

  it("was done already only where nothing was asked for", async () => {
    const { work, changes } = door(false);
    await converge(work);
    expect(changes).toMatchObject([{ type: "finished", state: "already_done" }]);
  });
});
