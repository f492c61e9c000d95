import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { gitCase, requestFor } from "#e2e/targets/git-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { gitMissing, startGitHttp, twoReleases } from "#e2e/targets/git-http.ts";
import type { GitServer } from "#e2e/targets/git-http.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { AdapterContext, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { git } from "#lib/adapters/git/index.ts";
import { Settings } from "#lib/adapters/git/schema.ts";
import type { Revert } from "#lib/adapters/git/schema.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const token = 'T0p/secret+"token" 42';

describeWith("git", gitMissing, () => {
  contractSuite("git", { make: () => gitCase(token, {}) });
});

describeWith("git over HTTP", gitMissing, () => {
  let server: GitServer;
  let good: string;
  beforeEach(async () => {
    server = await startGitHttp(token);
    good = await twoReleases(server);
  });
  afterEach(() => server.stop());

  type More = { secrets?: Record<string, string>; allow?: string[]; id?: string; request?: PlanRequest };
  const operation = (id: string) => {
    const found = git.operations.find((each) => each.id === id);
    if (found === undefined) throw new Error(`There is no ${id}.`);
    return found;
  };
  const plan = async (settings: JsonObject = {}, more: More = {}): Promise<Planned<Revert, unknown>> => {
    const { ctx } = adapterContext({
      settings: Settings.parse({ url: server.url, ...settings }),
      secrets: more.secrets ?? { token },
      allow: more.allow ?? [server.address],
    });
    const planned = await operation(more.id ?? "revert-commit").plan(
      ctx as AdapterContext<Settings>,
      more.request ?? requestFor(good),
    );
    const [first] = plansOf(planned);
    if (first === undefined) throw new Error("Nothing was planned.");
    return first as Planned<Revert, unknown>;
  };
  const run = (desired: Revert, settings: JsonObject = {}, id = "revert-commit"): Promise<StepResult> =>
    runStep({
      adapter: "git",
      operation: id,
      settings: { url: server.url, ...settings },
      secrets: { token },
      allow: [server.address],
      desired,
    });
  const head = (): string => server.git("rev-parse", "main");

  it("puts one commit on top whose tree is that of the known-good commit, and says why in its message", async () => {
    const before = head();
    const { title, desired } = await plan();
    expect(title).toBe(
      `Put main back to ${good.slice(0, 12)} (1.0.0), as a new commit. 4 files: ` +
        "M api.py, M docs/guide.md, A flags/cache.json, D flags/new.json",
    );
    expect((await run(desired)).fault).toBeNull();
    expect(server.git("rev-parse", "main^")).toBe(before);
    expect(server.git("rev-parse", "main^{tree}")).toBe(server.git("rev-parse", `${good}^{tree}`));
    expect(server.git("log", "-1", "--format=%B", "main")).toContain("Rollback: rb_contract");
    expect(server.git("fsck", "--full")).toBe("");
    expect(execFileSync("git", ["show", "main:api.py"], { cwd: server.repository }).toString()).toBe(
      "good\n",
    );
  });

  it("stops where the repository takes more room than it may, says so, and leaves nothing of it", async () => {
    const own = await mkdtemp(path.join(tmpdir(), "git-size-"));
    const usual = process.env["TMPDIR"];
    for (let at = 0; at < 12; at++)
      await server.commit({ "hot.py": `${at}` }, randomBytes(95_000).toString("base64"));
    process.env["TMPDIR"] = own;
    try {
      const refused = { kind: "permanent", code: "REPOSITORY_TOO_LARGE" };
      await expect(plan({ maxMegabytes: 1 })).rejects.toMatchObject(refused);
      expect(await readdir(own)).toEqual([]);
    } finally {
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
      await rm(own, { recursive: true });
    }
    expect((await plan()).title).toContain("Put main back");
  });

  it("overwrites nobody who pushed since the plan was signed", async () => {
    const { desired } = await plan();
    const theirs = await server.commit({ "hot.py": "fix\n" }, "Hot fix");
    expect((await run(desired)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    expect(head()).toBe(theirs);
  });

  it("overwrites nobody who pushes at the very moment", async () => {
    const { desired } = await plan();
    let theirs = "";
    server.next.beforePush = async () => {
      delete server.next.beforePush;
      theirs = await server.commit({ "hot.py": "fix\n" }, "Hot fix");
    };
    expect((await run(desired)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    expect(head()).toBe(theirs);
  });

  it("finds its push on the branch when the answer was lost, and pushes no second one", async () => {
    const { desired } = await plan();
    server.next.cutsAnswer = true;
    const result = await run(desired);
    expect(result).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(server.pushes()).toBe(1);
  });

  it("may be tried again when the server failed before the push", async () => {
    const { desired } = await plan();
    server.next.beforePush = () => Promise.resolve((server.next.status = 500));
    expect((await run(desired)).fault).toMatchObject({ kind: "transient" });
    delete server.next.beforePush;
    expect((await run(desired)).fault).toBeNull();
  });

  it("names a push that the server's rules refuse", async () => {
    server.git("config", "receive.denyDeletes", "true");
    execFileSync(
      "sh",
      ["-c", `printf '#!/bin/sh\\necho no >&2; exit 1\\n' > hooks/pre-receive; chmod +x hooks/pre-receive`],
      {
        cwd: server.repository,
      },
    );
    const before = head();
    const { desired } = await plan();
    expect((await run(desired)).fault).toMatchObject({ kind: "permanent", code: "PUSH_REFUSED" });
    expect(head()).toBe(before);
  });

  it("restores the given paths alone: what was changed, added and removed there", async () => {
    const settings = { paths: ["flags"] };
    const { desired } = await plan(settings, { id: "restore-files" });
    expect((await run(desired, settings, "restore-files")).fault).toBeNull();
    expect(server.git("ls-tree", "-r", "--name-only", "main").split("\n")).toEqual([
      "api.py",
      "docs/guide.md",
      "flags/cache.json",
    ]);
    expect(execFileSync("git", ["show", "main:api.py"], { cwd: server.repository }).toString()).toBe("bad\n");
  });

  it("can be typed by hand in a clone, and comes to the same", async () => {
    const clone = await mkdtemp(path.join(tmpdir(), "clone-"));
    const env = {
      ...process.env,
      HOME: clone,
      GIT_AUTHOR_NAME: "Bo",
      GIT_AUTHOR_EMAIL: "bo@example.com",
      GIT_COMMITTER_NAME: "Bo",
      GIT_COMMITTER_EMAIL: "bo@example.com",
    };
    const settings = Settings.parse({ url: server.repository });
    const { desired } = await plan();
    const sh = (command: string) =>
      execFileSync("/bin/sh", ["-c", command], { cwd: clone, env, stdio: "pipe" });
    sh(`git clone -q ${server.repository} .`);
    sh(operation("revert-commit").command(settings, desired));
    sh(operation("verify").command(settings, desired));
    expect(server.git("rev-parse", "main^{tree}")).toBe(desired.tree);
    expect((await run(desired)).receipt).toBeNull();
    await rm(clone, { recursive: true });
  });

  it("goes by the recorded commit, and by the tag of the version only where that is set", async () => {
    await expect(plan({}, { request: requestFor(null) })).rejects.toMatchObject({ code: "NO_COMMIT" });
    const tagged = await plan({ tagName: "v{version}" }, { request: requestFor(null) });
    expect(tagged.desired.commit).toBe(good);
    expect((await plan({}, { request: requestFor(good.slice(0, 10)) })).desired.commit).toBe(good);
    server.git("tag", "-f", "v1.0.0", "main");
    await expect(plan({ tagName: "v{version}" })).rejects.toMatchObject({ code: "TAG_DIFFERS" });
    await expect(
      plan({ tagName: "v{version}" }, { request: requestFor(good, "1.0.1") }),
    ).rejects.toMatchObject({ code: "TAG_MISSING" });
  });

  it.each(["f".repeat(40), "main", "v1.0.0", "HEAD~1", "-q"])(
    "does not take %s for a commit",
    async (name) => {
      await expect(plan({}, { request: requestFor(name) })).rejects.toMatchObject({
        kind: "permanent",
        code: "COMMIT_MISSING",
      });
    },
  );

  it("refuses a commit that the branch never had", async () => {
    const stray = server.git("commit-tree", "main^{tree}", "-m", "elsewhere");
    server.git("tag", "stray", stray);
    await expect(plan({}, { request: requestFor(stray) })).rejects.toMatchObject({
      code: "COMMIT_NOT_ON_BRANCH",
    });
  });

  it("names what keeps it from the repository", async () => {
    const refused = (code: string) => ({ code });
    await expect(plan({}, { secrets: { token: "wrong token" } })).rejects.toMatchObject(
      refused("NOT_AUTHENTICATED"),
    );
    await expect(plan({}, { secrets: {} })).rejects.toMatchObject(refused("NOT_AUTHENTICATED"));
    await expect(plan({}, { allow: [] })).rejects.toMatchObject(refused("ADDRESS_REFUSED"));
    await expect(plan({ branch: "absent" })).rejects.toMatchObject(refused("BRANCH_MISSING"));
    await expect(plan({ url: server.url.replace("shop", "absent") })).rejects.toMatchObject(
      refused("REPOSITORY_MISSING"),
    );
    await expect(plan({ url: "/srv/absent/repository" })).rejects.toMatchObject(
      refused("REPOSITORY_MISSING"),
    );
    await expect(plan({ url: "http://127.0.0.1:9/a.git" }, { allow: ["127.0.0.1:9"] })).rejects.toMatchObject(
      { kind: "transient", code: "NO_CONNECTION" },
    );
    await expect(plan({ git: "/usr/bin/absent-git" })).rejects.toMatchObject(refused("TOOL_MISSING"));
    await expect(plan({ paths: ["absent"] }, { id: "restore-files" })).rejects.toMatchObject(
      refused("NOTHING_THERE"),
    );
  });

  it("follows no redirect with its credentials", async () => {
    server.next.redirect = "http://127.0.0.1:9/elsewhere.git/info/refs?service=git-upload-pack";
    await expect(plan()).rejects.toMatchObject({ kind: "permanent", code: "REDIRECTED" });
  });

  it("refuses what it was not registered for, where the procedure names it", async () => {
    const named = (id: string) => ({ ...requestFor(good), named: [id] });
    await expect(plan({ paths: ["flags"] }, { request: named("revert-commit") })).rejects.toMatchObject({
      code: "PATHS_SET",
    });
    await expect(plan({}, { id: "restore-files", request: named("restore-files") })).rejects.toMatchObject({
      code: "NO_PATHS",
    });
  });

  it("works with a repository on the worker's disk, too", async () => {
    const { desired } = await plan({ url: server.repository });
    expect((await run(desired, { url: server.repository })).fault).toBeNull();
    expect(server.git("rev-parse", "main^{tree}")).toBe(desired.tree);
  });

  it("shows tool, branch and tags, tells one history from another, and leaves nothing in the temporary folder", async () => {
    const own = await mkdtemp(path.join(tmpdir(), "own-"));
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = own;
    const { ctx } = adapterContext({
      settings: Settings.parse({ url: server.url }),
      secrets: { token },
      allow: [server.address],
    });
    const found = await git.inspect?.(ctx as AdapterContext<Settings>, "code");
    expect(found?.tools).toMatchObject([{ name: "git", version: expect.stringMatching(/^2\./) as unknown }]);
    const history = found?.history.map(({ version, artifacts }) => [version, artifacts.commit]);
    // Both are of the same second.
    expect(history?.sort()).toEqual([
      ["v1.0.0", good],
      ["v2.0.0", server.git("rev-parse", "v2.0.0^{commit}")],
    ]);
    expect(found?.current?.artifacts.commit).toBe(head());
    const root = server.git("rev-list", "--max-parents=0", "main");
    expect(await git.identify?.(ctx as AdapterContext<Settings>)).toEqual({ kind: "git-history", id: root });
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    expect(await readdir(own)).toEqual([]);
    await rm(own, { recursive: true });
  });
});
