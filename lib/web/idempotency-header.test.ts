import { expect, it } from "vitest";
import { requestKey } from "#lib/web/idempotency-header.ts";

const hash = (body: Record<string, string>): string => requestKey("key", "usr", "POST /users", body).bodyHash;

it("tells requests apart by all but their passwords, from whose hash they could be guessed", () => {
  const person = { email: "a@example.org", name: "A" };
  expect(hash({ ...person, password: "one" })).toBe(hash({ ...person, password: "two" }));
  expect(hash({ ...person, password: "one" })).toBe(hash(person));
  expect(hash({ current: "one", password: "two" })).toBe(hash({}));
  expect(hash({ ...person, name: "B" })).not.toBe(hash(person));
});
