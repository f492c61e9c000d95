import { describe, expect, it } from "vitest";
import { digestOf, isImage, recordedDigest, repositoryOf, tagOf } from "#lib/adapters/kubernetes/image.ts";

const a = `sha256:${"a".repeat(64)}`;
const b = `sha256:${"b".repeat(64)}`;

describe("Image references", () => {
  it.each([
    [`shop@${a}`, "shop", null, a],
    [`registry.example:5000/team/shop:1.2.3@${a}`, "registry.example:5000/team/shop", "1.2.3", a],
    ["registry.example:5000/shop", "registry.example:5000/shop", null, null],
    ["shop:1.2.3", "shop", "1.2.3", null],
    [`docker-pullable://registry/shop@${a}`, "docker-pullable://registry/shop", null, a],
  ])("%s has its name, tag and digest", (reference, name, tag, digest) => {
    expect([repositoryOf(reference), tagOf(reference), digestOf(reference)]).toEqual([name, tag, digest]);
  });

  it("are the same by digest whatever the tag says, and word for word where none is wanted", () => {
    expect(isImage(`shop@${a}`, `shop:latest@${a}`)).toBe(true);
    expect(isImage(`shop@${a}`, `shop@${b}`)).toBe(false);
    expect(isImage(`shop@${a}`, "shop:1.0.0")).toBe(false);
    expect(isImage("shop:1.0.0", "shop:1.0.0")).toBe(true);
    expect(isImage("shop:1.0.0", "shop:1.0.1")).toBe(false);
  });

  it.each(["shop:1.0.0", "sha256:abc", `${a}; touch owned`, `$(touch owned)@${a}`, ""])(
    "%j is no recorded digest",
    (recorded) => {
      expect(() => recordedDigest(recorded)).toThrow("is none");
    },
  );
});
