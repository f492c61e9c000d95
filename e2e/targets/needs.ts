import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { describe } from "vitest";

export type Needs = {
  /** Debian packages that bring the programs. */
  packages: readonly string[];
  /** Programs by name, or files by absolute path. */
  programs: readonly string[];
};

const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];

/** Absolute path of a program, or null. */
export function programPath(name: string): string | null {
  const candidates = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

/**
 * Whether what a real system needs is on this machine; null: it is. On CI the packages are installed, and it is a
 * failure when they cannot be. Anywhere else nothing is installed, and the answer says what is missing.
 */
export function missing({ packages, programs }: Needs): string | null {
  const absent = (): string[] => programs.filter((name) => programPath(name) === null);
  if (absent().length === 0) return null;
  if (process.env["CI"] === "true") {
    install(packages);
    if (absent().length === 0) return null;
    throw new Error(`${packages.join(" ")} did not bring ${absent().join(", ")}.`);
  }
  return `${absent().join(", ")} not found; install ${packages.join(" ")} to run this, or run with CI=true as root.`;
}

/** Describes tests against a real system; where it is missing they are skipped, and the reason is printed. */
export function describeWith(title: string, reason: string | null, tests: () => void): void {
  if (reason !== null) process.stdout.write(`skipped: ${title}: ${reason}\n`);
  describe.skipIf(reason !== null)(title, tests);
}

function install(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]) =>
    spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=600", ...args], { env, encoding: "utf8" });
  const first = apt("install", "-y", "--no-install-recommends", ...packages);
  if (first.status === 0) return;
  apt("update");
  const second = apt("install", "-y", "--no-install-recommends", ...packages);
  if (second.status !== 0)
    throw new Error(`Cannot install ${packages.join(" ")}: ${second.stderr.slice(-2000)}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next folder may have it.
    return false;
  }
}
