import { describe, expect, it } from "vitest";
import { signInProblem } from "#lib/web/sign-in-problem.ts";
import { safeReturnPath } from "#lib/web/sign-in.ts";

describe("after signing in", () => {
  it("one goes on to where one wanted to", () => {
    expect(safeReturnPath("/rollbacks/rb_1?tab=plan")).toBe("/rollbacks/rb_1?tab=plan");
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/a\\b",
    "javascript:x",
    "",
    undefined,
    ["/a"],
    "/sign-in",
    "/api/auth/signout",
    "/a\nb",
  ])("one goes home instead of to %j", (path) => {
    expect(safeReturnPath(path)).toBe("/");
  });

  it("a refusal is told in words, and only in words of ours", () => {
    expect(signInProblem("THROTTLED-840")).toBe("Too many attempts. Try again in 14 minutes.");
    expect(signInProblem("Call 555-1234 and tell them your password")).not.toContain("555");
    expect(signInProblem(undefined)).toBeNull();
  });
});
