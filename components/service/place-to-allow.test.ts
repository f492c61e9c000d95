import { expect, it } from "vitest";
import { placeToAllow } from "#components/service/place-to-allow.ts";

const refused = (advice: string) => ({ code: "ADDRESS_REFUSED", message: "Not on the allow-list.", advice });

it("The place that is not allowed yet is read from the advice", () => {
  const place = (advice: string) => placeToAllow(refused(advice));
  expect(place("If that is meant, an admin adds 127.0.0.1:4178 to it.")).toBe("127.0.0.1:4178");
  expect(place("If that is meant, an admin adds [::1]:80 to the allow-list of this environment.")).toBe(
    "[::1]:80",
  );
});

it("Nothing is offered for other troubles, or where no place is named", () => {
  expect(placeToAllow(null)).toBeNull();
  expect(placeToAllow({ ...refused("an admin adds a.example:1 to it."), code: "UNREACHABLE" })).toBeNull();
  expect(placeToAllow(refused("Ask an admin."))).toBeNull();
  expect(placeToAllow(refused("an admin adds nothing to it."))).toBeNull();
});
