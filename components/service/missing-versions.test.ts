import { expect, it } from "vitest";
import { missingVersions } from "#components/service/add-found.tsx";

const found = (version: string, deployedAt: string | null = "2026-01-01T00:00:00Z") => ({
  version,
  deployedAt,
  artifacts: {},
  detail: "",
});

it("offers what the history lacks, and nothing without a time or with a name that no deployment can have", () => {
  const history = [found("2.4.0"), found("2.3.0"), found("2.2.0", null), found("sha256:abc"), found("--x")];
  expect(missingVersions(history, new Set(["2.4.0"])).map(({ version }) => version)).toEqual(["2.3.0"]);
});
