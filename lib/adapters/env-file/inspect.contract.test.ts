import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { envFile } from "#lib/adapters/env-file/index.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "env-inspect-")));
  file = path.join(folder, "app.env");
  await writeFile(file, "MODEL=large\n");
  await writeFile(`${file}.2.3.0`, "MODEL=medium\n");
  await writeFile(`${file}.2.9.9`, "MODEL=wrong\n");
  await writeFile(`${file}.-not a revision`, "");
});
afterEach(() => rm(folder, { recursive: true }));

const look = async (extra: Record<string, unknown> = {}) => {
  const settings = envFile.settings.parse({ path: file, ...extra });
  const { ctx } = adapterContext({ settings });
  return envFile.inspect?.({ ...ctx, settings }, "configuration");
};

it("names the stored revisions, and the one that is in place by its content", async () => {
  const before = await look();
  expect(before?.history.map(({ version }) => version).sort()).toEqual(["2.3.0", "2.9.9"]);
  expect(before?.current).toBeNull();
  await writeFile(file, "MODEL=medium\n");
  expect((await look())?.current).toMatchObject({
    version: "2.3.0",
    artifacts: { configurationRevision: "2.3.0" },
  });
});

it("says that there is nothing to go back to, and that the file is not there", async () => {
  const none = await look({ backupDir: path.join(folder, "nowhere") });
  expect(none?.evidence.find(({ title }) => title === "Stored revisions")?.ok).toBe(false);
  await rm(file);
  await expect(look()).rejects.toMatchObject({ code: "FILE_MISSING" });
});
