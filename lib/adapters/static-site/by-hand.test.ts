import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { staticSite } from "#lib/adapters/static-site/index.ts";

const settings = staticSite.settings.parse({
  endpoint: "https://s3.example.com",
  bucket: "platform-ui",
  manifest: "manifests/{revision}.json",
  site: "https://app.example.com",
});
const sha256 = "a".repeat(64);
const commandOf = (id: string, desired: unknown): string => {
  const operation = staticSite.operations.find((one) => one.id === id);
  if (operation === undefined) throw new Error(`There is no ${id}.`);
  return operation.command(settings, desired);
};
const upload = (build: string): string =>
  commandOf("upload", { build, files: 7, bytes: 70, sha256, deletes: [] });

/** As the AWS CLI picks files: of all filters that match, the last one counts; an asterisk matches slashes too. */
function picked(words: readonly string[], files: readonly string[]): string[] {
  const filters = words.flatMap((word, at) => {
    const isFilter = word === "--exclude" || word === "--include";
    const pattern = (words[at + 1] ?? "").split("*").map((part) => part.replaceAll(".", "\\."));
    return isFilter ? [{ takes: word === "--include", like: new RegExp(`^${pattern.join(".*")}$`) }] : [];
  });
  return files.filter((file) => filters.findLast(({ like }) => like.test(file))?.takes ?? true);
}

describe("what a person would type in place of an upload or a restore", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "by-hand-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string, script: string): void => {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  /** Runs it with these programs in place of the real ones; each call is a list of words. */
  function type(command: string, failsAt: string): { status: number | null; calls: string[][] } {
    const log = path.join(folder, "calls");
    writeFileSync(log, "");
    const listed = "printf 'app.js\\tv1\\nlogo.svg\\tv2\\nindex.html\\tv3\\n'";
    program(
      "aws",
      `printf '%s\\t' "$@" >> ${log}; echo >> ${log}; case "$*" in ${failsAt}) exit 1;; *manifests*) ${listed};; esac`,
    );
    program("jq", "cat");
    const { status } = spawnSync("/bin/sh", ["-c", command], {
      cwd: folder,
      env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` },
      stdio: "ignore",
    });
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    return { status, calls: lines.map((line) => line.split("\t").slice(0, -1)) };
  }

  it("uploads no hidden names and follows no links, all but the pages first", () => {
    const { status, calls } = type(upload("/srv/builds/2.3.0"), "nothing");
    expect(status).toBe(0);
    for (const words of calls) expect(words).toContain("--no-follow-symlinks");
    const shown = ["app.js", "img/logo.png", "index.html", "docs/page.html"];
    const wellKnown = [".well-known/security.txt", ".well-known/about.html"];
    const hidden = [
      ".env",
      ".env.html",
      ".git/config",
      "docs/.htpasswd",
      "docs/.drafts/page.html",
      ".well-known/.key",
      ".well-known/acme/.key.html",
    ];
    expect(calls.map((words) => picked(words, [...shown, ...wellKnown, ...hidden]))).toEqual([
      ["app.js", "img/logo.png", ".well-known/security.txt"],
      ["index.html", "docs/page.html", ".well-known/about.html"],
    ]);
  });

  it("uploads no page after anything else failed", () => {
    const failed = type(upload("/srv/builds/2.3.0"), "*");
    expect(failed.status).not.toBe(0);
    expect(failed.calls).toHaveLength(1);
    const packed = type(upload(path.join(folder, "missing.tar.gz")), "nothing");
    expect(packed.status).not.toBe(0);
    expect(packed.calls).toEqual([]);
  });

  it("restores no page after anything else failed, and says so", () => {
    const restore = commandOf("restore-version", { revision: "build-41", objects: 3, sha256, deletes: [] });
    const keys = ({ calls }: ReturnType<typeof type>) =>
      calls.map((words) => words[words.indexOf("--key") + 1]).slice(1);
    const whole = type(restore, "nothing");
    expect([whole.status, keys(whole)]).toEqual([0, ["app.js", "logo.svg", "index.html"]]);
    const failed = type(restore, "*app.js*");
    expect([failed.status, keys(failed)]).toEqual([1, ["app.js"]]);
    const lastOfAll = type(restore, "*index.html*");
    expect(lastOfAll.status).toBe(1);
    const unlisted = type(restore, "*manifests*");
    expect([unlisted.status, keys(unlisted)]).toEqual([1, []]);
  });
});
