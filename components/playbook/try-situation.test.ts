import { expect, it } from "vitest";
import { trySituation } from "#components/playbook/try-situation.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const playbook = smallPlaybook();
const place = { id: "p", label: "p", environment: { name: "production", protected: true } };

it("a made-up situation is decided from what is typed, with minutes in place of a clock that runs", () => {
  const situation = { answers: { errors: "9 %", outage: "no" }, place: "p", severity: null };
  expect(trySituation(playbook, situation, place)).toMatchObject({
    decision: { verdict: "rollback", severity: "P1", deadline: null },
    minutes: 15,
    facts: { errors: 9, outage: false },
  });
});

it("a severity set by hand stands beside the one that the rows come to", () => {
  const situation = { answers: { errors: "9" }, place: "p", severity: "P3" as const };
  expect(trySituation(playbook, situation, place)).toMatchObject({
    decision: { severity: "P3" },
    severityByRules: "P1",
  });
});

it("what cannot be read is not known", () => {
  const { facts, questions } = trySituation(
    playbook,
    { answers: { errors: "many" }, place: "p", severity: null },
    place,
  );
  expect(facts).toEqual({});
  expect(questions[0]?.answer.fault).toMatch(/Give a number/);
});
