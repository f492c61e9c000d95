import { expect, it } from "vitest";
import { capacityWords, deciderWords } from "#lib/domain/approval-words.ts";

const until = "2026-11-21T08:00:00.000Z";
const ada = { id: "ada", name: "Ada", email: "ada@example.org" };

it.each([
  ["Release manager", { kind: "role", lender: null, until: null }],
  ["on call", { kind: "on_call", lender: null, until }],
  ["Release manager for Ada", { kind: "delegation", lender: ada, until }],
] as const)("an approval is given as: %s", (words, via) => {
  expect(capacityWords({ role: "release_manager", via })).toBe(words);
});

it.each([
  ["Release manager or admin", { roles: ["release_manager", "admin"], onCall: false }],
  ["Release manager, or whoever is on call", { roles: ["release_manager"], onCall: true }],
  ["Whoever is on call", { roles: [], onCall: true }],
  ["Nobody", { roles: [], onCall: false }],
] as const)("who may decide: %s", (words, { roles, onCall }) => {
  expect(deciderWords({ roles: [...roles], onCall })).toBe(words);
});
