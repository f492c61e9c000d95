import { expect, it } from "vitest";
import { holderWord, isReaders, takingOver } from "#components/duty/duty-words.ts";
import type { DutyView } from "#lib/domain/duty-view.ts";

const may = { take: true, offer: false, answer: false, withdraw: false };
const holder = { id: "usr_1", name: "Kim", email: "kim@example.org" };
const duty = (more: Partial<DutyView> = {}): DutyView => ({
  duty: "driver",
  holder,
  vacant: null,
  request: null,
  may,
  ...more,
});

it("Whoever is here is asked, and sooner loses the wheel of what runs", () => {
  expect(takingOver(duty(), true)[0]).toBe(
    "Kim is here and is asked. Without an answer it is yours in 30 seconds.",
  );
  expect(takingOver(duty(), false)[0]).toContain("in 2 minutes");
  expect(takingOver(duty({ duty: "commander" }), true)[0]).toContain("in 2 minutes");
});

it("What nobody holds, or whose holder is gone, is had at once, and it is said why", () => {
  expect(takingOver(duty({ holder: null, vacant: "free" }), true)[0]).toContain("Nobody holds it");
  expect(takingOver(duty({ vacant: "absent" }), true)[0]).toBe("Kim is not here, so it is yours at once.");
  expect(takingOver(duty({ vacant: "disabled" }), true)[0]).toContain("account disabled");
  expect(holderWord(duty())).toBe("here now");
  expect(holderWord(duty({ vacant: "role_lost" }))).toBe("may no longer act here");
});

it("A duty of the reader's own is told from those of others", () => {
  const none = { take: false, offer: false, answer: false, withdraw: false };
  const asked = { to: holder, takesEffectAt: "2026-01-01T00:00:00Z", reason: null };
  expect(isReaders(duty({ may: { ...none, offer: true } }))).toBe(true);
  expect(isReaders(duty({ may: { ...none, take: true } }))).toBe(false);
  expect(isReaders(duty({ may: { ...none, withdraw: true }, request: { ...asked, isOffer: true } }))).toBe(
    true,
  );
  expect(isReaders(duty({ may: { ...none, answer: true }, request: { ...asked, isOffer: true } }))).toBe(
    false,
  );
  expect(isReaders(duty({ may: { ...none, answer: true }, request: { ...asked, isOffer: false } }))).toBe(
    true,
  );
});
