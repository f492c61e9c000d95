import { describe, expect, it } from "vitest";
import { passwordProblem } from "#lib/domain/password-policy.ts";

const owner = { email: "ada.lovelace@example.org", name: "Ada Lovelace" };

describe("a password", () => {
  it("is taken when it is long and nobody's name", () => {
    expect(passwordProblem("correct horse battery", owner)).toBeNull();
    expect(passwordProblem("ünïcödé-ßtring-42", owner)).toBeNull();
  });

  it.each([
    ["short", "at least 12"],
    ["aaaaaaaaaaaaaaaa", "different"],
    ["Password1234", "guessed"],
    ["ada.lovelace@example.org", "own name"],
    ["AdaLovelace123", "own name"],
    ["lastgood12345", "own name"],
  ])("is refused: %s", (password, why) => {
    expect(passwordProblem(password, owner)).toContain(why);
  });
});
