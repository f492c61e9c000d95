import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { readArchive } from "#lib/adapters/static-site/tar.ts";
import { Fault } from "#lib/domain/errors.ts";

async function packed(...names: string[]): Promise<Buffer> {
  const archive = pack();
  for (const name of names) archive.entry({ name }, `content of ${name}`);
  archive.finalize();
  return buffer(archive);
}
const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => "none",
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );
const all = (): boolean => true;

describe("an archive of a build", () => {
  it("names its files plainly, packed or not", async () => {
    const archive = await packed("./index.html", "././app.js", "img/.logo.png");
    for (const form of [archive, gzipSync(archive)])
      expect([...(await readArchive("a.tar", form, all)).keys()]).toEqual([
        "index.html",
        "app.js",
        "img/.logo.png",
      ]);
  });

  it.each(["a/./b.js", "a/.", "../b.js", "a/../b.js", "a//b.js", "/etc/passwd", "./", "./."])(
    "is refused with a file named %s, which would be another one in a folder",
    async (name) => {
      const archive = await packed("index.html", name);
      expect(await codeOf(readArchive("a.tar", archive, all))).toBe("ARCHIVE_CORRUPT");
    },
  );

  it("keeps what is asked for, and is read no further once that is too much", async () => {
    const archive = await packed("index.html", ".env", "app.js", "../evil.js");
    const seen: string[] = [];
    const enough = new Fault("permanent", "BUILD_TOO_LARGE", "Too much.", "Less.");
    const take = (name: string): boolean => {
      seen.push(name);
      if (name === "app.js") throw enough;
      return true;
    };
    expect(await codeOf(readArchive("a.tar", archive, take))).toBe("BUILD_TOO_LARGE");
    expect(seen).toEqual(["index.html", ".env", "app.js"]);
    const sound = await packed("index.html", ".env");
    const shown = await readArchive("a.tar", sound, (name) => name !== ".env");
    expect([...shown.keys()]).toEqual(["index.html"]);
  });
});
