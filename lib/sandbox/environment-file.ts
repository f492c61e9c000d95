import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readFileIfPresent, writeFileAtomically } from "./atomic-file.ts";
import { colours } from "./fleet.ts";
import type { Placement, Release } from "./fleet.ts";

/** What a running version has loaded: the values, and the first 12 hex digits of the file's SHA-256. */
export type Configuration = { values: ReadonlyMap<string, string>; revision: string };

const content = (service: string, release: Release): string =>
  [
    `# ${service}, release ${release.version}`,
    ...Object.entries(release.configuration).map(([key, value]) => `${key}=${value}`),
    "",
  ].join("\n");

const parse = (text: string): Configuration => {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (match?.[1] !== undefined) values.set(match[1], match[2] ?? "");
  }
  return { values, revision: createHash("sha256").update(text).digest("hex").slice(0, 12) };
};

/** The name of the stored configuration that belongs to a version, beside the live file. */
export const backupName = (placement: Placement, version: string): string =>
  `${placement.configurationFile}.${version}`;

/** Puts a release's configuration in place. Says whether that changed anything. */
export const installConfiguration = (dataDir: string, placement: Placement, release: Release): boolean => {
  const path = join(dataDir, placement.configurationFile);
  const wanted = content(placement.service, release);
  if (readFileIfPresent(path) === wanted) return false;
  writeFileAtomically(path, wanted);
  return true;
};

/** Creates the named backups and, where there is none yet, the live file. What a person changed is left alone. */
export const seedConfiguration = (dataDir: string, placement: Placement): void => {
  for (const colour of colours) {
    const release = placement.releases[colour];
    const backup = join(dataDir, backupName(placement, release.version));
    if (!existsSync(backup)) writeFileAtomically(backup, content(placement.service, release));
  }
  if (!existsSync(join(dataDir, placement.configurationFile))) {
    installConfiguration(dataDir, placement, placement.releases[placement.activeAtFirst]);
  }
};

/** Reads the file again whenever it was replaced; while it is missing, the last content stays in force. */
export const configurationReader = (path: string): (() => Configuration) => {
  let stamp = "";
  let loaded = parse("");
  return () => {
    const stat = statSync(path, { throwIfNoEntry: false });
    const seen = stat === undefined ? stamp : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
    if (seen !== stamp) {
      loaded = parse(readFileSync(path, "utf8"));
      stamp = seen;
    }
    return loaded;
  };
};
