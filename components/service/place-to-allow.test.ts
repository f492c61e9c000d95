import { expect, it } from "vitest";
import { placeToAllow } from "#components/service/place-to-allow.ts";

const target = { adapter: "etcd", settings: { url: "http://127.0.0.1:4178", other: "http://[::1]/" } };
const refused = (advice: string) => ({ code: "ADDRESS_REFUSED", message: "Not on the allow-list.", advice });

it("The place that is not allowed yet is read from the advice", () => {
  const place = (advice: string) => placeToAllow(refused(advice), target);
  expect(place("If that is meant, an admin adds 127.0.0.1:4178 to it.")).toBe("127.0.0.1:4178");
  expect(place("If that is meant, an admin adds [::1]:80 to the allow-list of this environment.")).toBe(
    "[::1]:80",
  );
});

it("Nothing is offered for other troubles, or where no place is named", () => {
  expect(placeToAllow(null, target)).toBeNull();
  expect(
    placeToAllow({ ...refused("an admin adds a.example:1 to it."), code: "UNREACHABLE" }, target),
  ).toBeNull();
  expect(placeToAllow(refused("Ask an admin."), target)).toBeNull();
  expect(placeToAllow(refused("an admin adds nothing to it."), target)).toBeNull();
});

it("Nothing is offered that only an answer named, such as where a redirect leads", () => {
  expect(
    placeToAllow(refused("If that is meant, an admin adds 169.254.169.254:80 to it."), target),
  ).toBeNull();
});
