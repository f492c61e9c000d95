import { describe, expect, it } from "vitest";
import { pointAt, referencesIn, revisionPattern } from "#lib/adapters/kubernetes/config-references.ts";
import { Template } from "#lib/adapters/kubernetes/objects.ts";

const template = Template.parse({
  metadata: {},
  spec: {
    containers: [
      {
        name: "shop",
        image: "shop",
        envFrom: [{ configMapRef: { name: "shop-2" } }, { secretRef: { name: "key-2" } }],
        env: [
          { name: "A", valueFrom: { configMapKeyRef: { name: "shop-2", key: "a" } } },
          { name: "B", valueFrom: { secretKeyRef: { name: "key-2", key: "b" } } },
          { name: "shop-2", value: "shop-2" },
        ],
      },
    ],
    volumes: [
      { name: "one", configMap: { name: "shop-2" } },
      { name: "two", secret: { secretName: "key-2" } },
      {
        name: "three",
        projected: { sources: [{ configMap: { name: "other" } }, { secret: { name: "key-2" } }] },
      },
    ],
  },
});

describe("References to configuration", () => {
  it("are found in environment and volumes, by kind, and nowhere else", () => {
    expect(referencesIn(template, "ConfigMap").map(({ path, name }) => [path, name])).toEqual([
      ["/spec/template/spec/containers/0/envFrom/0/configMapRef/name", "shop-2"],
      ["/spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef/name", "shop-2"],
      ["/spec/template/spec/volumes/0/configMap/name", "shop-2"],
      ["/spec/template/spec/volumes/2/projected/sources/0/configMap/name", "other"],
    ]);
    expect(referencesIn(template, "Secret").map(({ path }) => path)).toEqual([
      "/spec/template/spec/containers/0/envFrom/1/secretRef/name",
      "/spec/template/spec/containers/0/env/1/valueFrom/secretKeyRef/name",
      "/spec/template/spec/volumes/1/secret/secretName",
      "/spec/template/spec/volumes/2/projected/sources/1/secret/name",
    ]);
  });

  it("are changed where they name a revision that is not the wanted one", () => {
    const isRevision = revisionPattern("shop-{revision}");
    const all = referencesIn(template, "ConfigMap");
    expect(pointAt(all, isRevision, "shop-1").map(({ op, value }) => [op, value])).toEqual(
      Array(3).fill(["replace", "shop-1"]),
    );
    expect(pointAt(all, isRevision, "shop-2")).toEqual([]);
  });

  it("tell revisions by what stands around them", () => {
    const isRevision = revisionPattern("shop-{revision}-config");
    expect(["shop-1-config", "shop--config", "shop-config", "other"].map(isRevision)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
