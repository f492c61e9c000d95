import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createDrafts, parseDraft, type DraftStorage } from "#components/wizard/draft.ts";

const Draft = z.object({ title: z.string() });

function storageOf(kept: Map<string, string>): DraftStorage {
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
}

describe("drafts", () => {
  it("are there again after a reload of the tab", () => {
    const tab = storageOf(new Map());
    createDrafts(() => tab).write("declare", "typed");
    expect(createDrafts(() => tab).read("declare")).toBe("typed");
  });

  it("are gone once they are forgotten", () => {
    const tab = storageOf(new Map());
    const drafts = createDrafts(() => tab);
    drafts.write("declare", "typed");
    drafts.write("declare", null);
    expect(drafts.read("declare")).toBeNull();
    expect(createDrafts(() => tab).read("declare")).toBeNull();
  });

  it("stay on the page where the browser forbids storage", () => {
    const drafts = createDrafts(() => {
      throw new Error("The operation is insecure.");
    });
    drafts.write("declare", "typed");
    expect(drafts.read("declare")).toBe("typed");
  });

  it("tell everyone who shows them", () => {
    const drafts = createDrafts(() => storageOf(new Map()));
    let told = 0;
    const stop = drafts.subscribe(() => (told += 1));
    drafts.write("declare", "a");
    stop();
    drafts.write("declare", "b");
    expect(told).toBe(1);
  });
});

describe("a kept draft", () => {
  it("is read back as it was", () => {
    expect(parseDraft(Draft, JSON.stringify({ title: "Checkout fails" }))).toEqual({
      title: "Checkout fails",
    });
  });

  it.each([null, "", "{", "[]", '{"title":3}'])("counts as none when it is %j", (text) => {
    expect(parseDraft(Draft, text)).toBeNull();
  });
});
