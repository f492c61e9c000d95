import { describe, expect, it } from "vitest";
import { rungsOf } from "#components/service/rungs.ts";
import type { DeploymentView, PinView } from "#lib/domain/view.ts";

const deployment = (version: string, more: Partial<DeploymentView> = {}): DeploymentView => ({
  id: version,
  service: "checkout",
  environment: "production",
  version,
  deployedAt: "2026-11-20T10:00:00.000Z",
  deployedBy: "CI",
  strategy: null,
  knownGood: null,
  knownGoodReason: null,
  notes: null,
  pinned: false,
  current: false,
  rollback: null,
  commit: null,
  imageDigest: null,
  configurationRevision: null,
  migrationHead: null,
  backup: null,
  ...more,
});
const pin: PinView = {
  id: "pin_1",
  service: "checkout",
  environment: "production",
  version: "2.0.0",
  reason: "charges twice",
  rollback: null,
  createdBy: "usr_1",
  createdAt: "2026-11-20T10:00:00.000Z",
  releasedAt: null,
};

describe("the rungs of the ladder", () => {
  it("say what a release brought by comparison with the one before it", () => {
    const [newest, oldest] = rungsOf(
      [
        deployment("2.1.0", { migrationHead: "0002", configurationRevision: "7" }),
        deployment("2.0.0", { migrationHead: "0001", configurationRevision: "7" }),
      ],
      [],
    );
    expect(newest?.brought).toEqual(["schema 0002"]);
    expect(oldest?.brought).toEqual([]);
  });

  it("claim no change where one side was not recorded", () => {
    const [newest] = rungsOf([deployment("2.1.0", { migrationHead: "0002" }), deployment("2.0.0")], []);
    expect(newest?.brought).toEqual([]);
  });

  it("carry the reason of the quarantine, and a version nobody judged is not good", () => {
    const [rung] = rungsOf([deployment("2.0.0", { pinned: true })], [pin]);
    expect(rung).toMatchObject({ quarantine: "charges twice", isKnownGood: false });
  });
});
