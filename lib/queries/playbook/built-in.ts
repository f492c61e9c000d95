import fs from "node:fs/promises";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "..", "..", "playbooks");

/** The documents that come with Lastgood, as their authors wrote them. Reads the disk; for processes, not for pages. */
export async function builtInPlaybooks(): Promise<{ id: string; source: string }[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    ids.sort().map(async (id) => ({
      id,
      source: await fs.readFile(path.join(folder, id, "playbook.yaml"), "utf8"),
    })),
  );
}
