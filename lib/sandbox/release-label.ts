import { statSync } from "node:fs";
import { join } from "node:path";
import { readFileIfPresent, writeFileAtomically } from "./atomic-file.ts";
import { colours } from "./fleet.ts";
import type { Colour, Placement, Release } from "./fleet.ts";

type Labels = Partial<Record<Colour, string>>;

const labelFile = (dataDir: string, placement: Placement): string =>
  join(dataDir, "state", `${placement.id}-labels.json`);

const readLabels = (path: string): Labels => JSON.parse(readFileIfPresent(path) ?? "{}") as Labels;

/**
 * The same placement, whose releases go by the version under which they were last deployed. A bad release that is
 * deployed again comes as its next patch, as it would in life: the quarantined version itself never returns.
 */
export const labelled = (dataDir: string, placement: Placement): Placement => {
  const path = labelFile(dataDir, placement);
  let stamp = "";
  let labels: Labels = {};
  const current = (): Labels => {
    const stat = statSync(path, { throwIfNoEntry: false });
    const seen = stat === undefined ? "" : `${stat.ino}:${stat.mtimeMs}`;
    if (seen !== stamp) {
      labels = readLabels(path);
      stamp = seen;
    }
    return labels;
  };
  const release = (colour: Colour): Release => ({
    ...placement.releases[colour],
    get version() {
      return current()[colour] ?? placement.releases[colour].version;
    },
  });
  return { ...placement, releases: { blue: release("blue"), green: release("green") } };
};

/** The colour whose release `version` is a later patch of, or null. */
export const colourOfPatch = (placement: Placement, version: string): Colour | null => {
  const wanted = /^(\d{1,4}\.\d{1,4})\.(\d{1,6})$/.exec(version);
  return (
    colours.find((colour) => {
      const installed = /^(\d+\.\d+)\.(\d+)$/.exec(placement.releases[colour].version);
      return installed?.[1] === wanted?.[1] && Number(wanted?.[2]) > Number(installed?.[2]);
    }) ?? null
  );
};

export const relabel = (dataDir: string, placement: Placement, colour: Colour, version: string): void => {
  const path = labelFile(dataDir, placement);
  writeFileAtomically(path, `${JSON.stringify({ ...readLabels(path), [colour]: version })}\n`);
};

export const nextPatch = (version: string): string => {
  const [, head = "", patch = "0"] = /^(\d+\.\d+)\.(\d+)$/.exec(version) ?? [];
  return `${head}.${Number(patch) + 1}`;
};
