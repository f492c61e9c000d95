import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { sweepWorkFolders, withWorkFolder } from "#lib/adapters/work-folder.ts";

const parents = mkdtempSync(path.join(tmpdir(), "work-folders-"));
const usual = process.env["TMPDIR"];
let parent = "";

beforeEach(() => {
  parent = mkdtempSync(path.join(parents, "tmp-"));
  process.env["TMPDIR"] = parent;
});
afterEach(() => {
  if (usual === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = usual;
});
afterAll(() => rmSync(parents, { recursive: true }));

/** A process that has a folder with a file in it, and never comes to removing it. */
async function holder() {
  const script = `
    const { withWorkFolder } = await import("#lib/adapters/work-folder.ts");
    const { writeFileSync } = await import("node:fs");
    await withWorkFolder("git", async (folder) => {
      writeFileSync(folder + "/file", "secret");
      console.log(folder);
      await new Promise(() => setInterval(() => undefined, 1000));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, TMPDIR: parent },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { folder: line.toString().trim(), kill };
}

it("is this user's alone and gone afterwards, whatever became of the work", async () => {
  const seen: string[] = [];
  await withWorkFolder("git", async (folder) => {
    seen.push(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await Promise.resolve();
  });
  const broken = withWorkFolder("git", (folder) => {
    seen.push(folder);
    return Promise.reject(new Error("It broke."));
  });
  await expect(broken).rejects.toThrow("It broke.");
  expect(seen.map((folder) => existsSync(folder))).toEqual([false, false]);
});

it("is swept once its process was killed, and not before", async () => {
  const { folder, kill } = await holder();
  expect(await sweepWorkFolders(parent)).toEqual([]);
  expect(existsSync(folder)).toBe(true);
  await kill();
  expect(existsSync(folder)).toBe(true);
  expect(await sweepWorkFolders(parent)).toEqual([path.basename(folder)]);
  expect(existsSync(folder)).toBe(false);
});

it("is swept although another process has the number now, and left where numbers mean something else", async () => {
  await withWorkFolder("git", async (own) => {
    const name = path.basename(own);
    const [, , namespace = "", pid = "", began = ""] = name.split("-");
    const before = `lastgood-git-${namespace}-${pid}-1${began}-abcdef`;
    const elsewhere = `lastgood-git-1${namespace}-4194304-1-abcdef`;
    for (const one of [before, elsewhere]) mkdirSync(path.join(parent, one));
    expect(await sweepWorkFolders(parent)).toEqual([before]);
    expect(readdirSync(parent).toSorted()).toEqual([elsewhere, name].toSorted());
  });
});

it("neither follows nor removes a link, and leaves files and other names alone", async () => {
  const { folder, kill } = await holder();
  await kill();
  const mine = path.join(parent, "mine");
  mkdirSync(mine);
  writeFileSync(path.join(mine, "kept"), "");
  symlinkSync(mine, path.join(folder, "link"));
  const name = path.basename(folder);
  symlinkSync(mine, path.join(parent, `${name.slice(0, -6)}linked`));
  writeFileSync(path.join(parent, `${name.slice(0, -6)}a_file`), "");
  mkdirSync(path.join(parent, "lastgood-git-abcdef"));
  expect(await sweepWorkFolders(parent)).toEqual([name]);
  expect(readdirSync(parent)).toHaveLength(4);
  expect(existsSync(path.join(mine, "kept"))).toBe(true);
});

it("is swept after a day where it was made in a container that is gone, and not before", async () => {
  const foreign = path.join(parent, "lastgood-compose-1-1-1-abcdef");
  mkdirSync(foreign);
  const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3600_000);
  utimesSync(foreign, hoursAgo(23), hoursAgo(23));
  expect(await sweepWorkFolders(parent)).toEqual([]);
  utimesSync(foreign, hoursAgo(25), hoursAgo(25));
  expect(await sweepWorkFolders(parent)).toEqual([path.basename(foreign)]);
});
