import { createHash } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { imagePairs, parseImageNames, wantedImages } from "#lib/adapters/image-list.ts";

const a = `sha256:${"a".repeat(64)}`;
const b = `sha256:${"b".repeat(64)}`;
const none = { commit: null, configurationRevision: null, migrationHead: null, backup: null };
const to = (imageDigest: string | null) => ({
  to: { version: "1.0.0", artifacts: { ...none, imageDigest } },
});
const nowhere = () => Promise.resolve(null);
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "lists-")));
afterAll(() => rmSync(folder, { recursive: true }));

it("reads one digest for all services, and a digest for each", () => {
  expect(parseImageNames(a)).toEqual({ all: a });
  expect(parseImageNames(`reg:5000/x/api@${a}`)).toEqual({ all: `reg:5000/x/api@${a}` });
  const by = { api: `reg:5000/x/api@${a}`, "l02.worker_1": b };
  expect(parseImageNames(imagePairs(by))).toEqual({ by });
  expect(parseImageNames(` api=${a} \n worker=${b},`)).toEqual({ by: { api: a, worker: b } });
});

it.each([
  "",
  "latest",
  "api:1.2.3",
  `api=${a},${b}`,
  `api=${a},api=${b}`,
  `=${a}`,
  `--pull=${a}`,
  `api=$(id)@${a}`,
  `api=../x@${a}`,
  `reg/api@${a.slice(0, -1)}`,
  `reg/api@${a}\u0000`,
])("takes nothing for an image that is not named by a digest: %j", (text) => {
  expect(parseImageNames(text)).toBeNull();
});

it("gives each service its image, a bare digest in the repository that it is fetched from", async () => {
  const repository = (service: string) => Promise.resolve(`reg/${service}`);
  expect(await wantedImages(to(a), ["api", "worker"], undefined, repository)).toEqual({
    api: `reg/api@${a}`,
    worker: `reg/worker@${a}`,
  });
  expect(await wantedImages(to(`api=x/y@${a},db=${b}`), ["api"], undefined, repository)).toEqual({
    api: `x/y@${a}`,
  });
});

it("refuses rather than guesses", async () => {
  const code = (text: string | null, lists?: string) =>
    wantedImages(to(text), ["api", "worker"], lists, nowhere).then(
      () => "none",
      (error: unknown) => (error as { code: string }).code,
    );
  expect(await code(null)).toBe("NO_IMAGE");
  expect(await code("v1.2.3")).toBe("INVALID_IMAGE");
  expect(await code(`api=x@${a}`)).toBe("NO_IMAGE");
  expect(await code(a)).toBe("NO_REPOSITORY");
  expect(await code(`list:${a}`)).toBe("LIST_MISSING");
  expect(await code(`list:${a}`, folder)).toBe("LIST_MISSING");
});

it("takes an image list by the hash of its content alone", async () => {
  const text = `# built by CI\n${Array.from({ length: 12 }, (_, n) => `l${n}=reg.example.com/l${n}@${a}`).join("\n")}\n`;
  const hash = createHash("sha256").update(text).digest("hex");
  const file = path.join(folder, `${hash}.images`);
  writeFileSync(file, text);
  const list = to(`list:sha256:${hash}`);
  const services = Array.from({ length: 12 }, (_, n) => `l${n}`);
  expect(await wantedImages(list, services, folder, nowhere)).toMatchObject({
    l11: `reg.example.com/l11@${a}`,
  });
  writeFileSync(file, text.replaceAll("a", "b"));
  await expect(wantedImages(list, services, folder, nowhere)).rejects.toMatchObject({ code: "LIST_CHANGED" });
});
