import { describe, expect, it } from "vitest";
import { Pod } from "#lib/adapters/kubernetes/objects.ts";
import { podsEvidence } from "#lib/adapters/kubernetes/pod-versions.ts";

const good = `shop@sha256:${"a".repeat(64)}`;
const bad = `shop@sha256:${"b".repeat(64)}`;
const wanted = { container: "shop", image: good };
const pod = (
  name: string,
  image: string,
  more: { ready?: boolean; imageID?: string; ending?: boolean } = {},
): Pod =>
  Pod.parse({
    metadata: {
      name,
      uid: name,
      resourceVersion: "1",
      ...(more.ending && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: {
      containers: [
        { name: "sidecar", image: "proxy" },
        { name: "shop", image },
      ],
    },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: more.ready === false ? "False" : "True" }],
      containerStatuses: [{ name: "shop", imageID: more.imageID ?? "" }],
    },
  });
const verdict = (pods: Pod[], count: number) => podsEvidence(pods, wanted, count)[0];

describe("The proof of every pod", () => {
  it("counts N of N, with a line for each", () => {
    const evidence = podsEvidence([pod("one", good), pod("two", good)], wanted, 2);
    expect(evidence.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(evidence[0]?.detail).toContain("2 of 2 pods");
  });

  it("names the odd pod, ready or not", () => {
    for (const ready of [true, false]) {
      const found = verdict([pod("one", good), pod("two", good), pod("odd", bad, { ready })], 2);
      expect(found).toMatchObject({ ok: false });
      expect(found?.detail).toContain(`Odd: odd runs ${bad}`);
    }
  });

  it("is not whole with too few pods, with pods that are not ready, or with none at all", () => {
    expect(verdict([pod("one", good)], 2)?.ok).toBe(false);
    expect(verdict([pod("one", good), pod("two", good, { ready: false })], 2)?.ok).toBe(false);
    expect(verdict([], 0)?.ok).toBe(false);
  });

  it("mentions pods that are still ending, and does not count them", () => {
    const found = verdict([pod("one", good), pod("old", bad, { ending: true })], 1);
    expect(found).toMatchObject({ ok: true });
    expect(found?.detail).toContain("Still ending: old");
  });

  it("believes the node's image ID where the pod names a tag, and nothing else", () => {
    expect(verdict([pod("one", "shop:1.0.0", { imageID: `docker-pullable://${good}` })], 1)?.ok).toBe(true);
    expect(verdict([pod("one", "shop:1.0.0", { imageID: bad })], 1)?.ok).toBe(false);
    expect(verdict([pod("one", "shop:1.0.0")], 1)?.ok).toBe(false);
  });
});
