import { describe, expect, it } from "vitest";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { createLog } from "#lib/platform/log.ts";
import { hostileDocuments } from "#lib/queries/playbook/hostile-documents.fixture.ts";
import { hostilePlaybooks } from "#lib/queries/playbook/hostile-playbooks.fixture.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { authenticate } from "#lib/web/session.ts";
import { addSomeone } from "#lib/web/world.fixture.ts";
import { routes } from "../../app/api/v1/table.ts";

const { client } = await testDatabase();
const api = createApi({
  routes,
  authenticate,
  findAnswer,
  keepAnswer,
  log: createLog("api"),
  limits: { burst: 1e6, perSecond: 1e6 },
  checksAnswers: true,
});
const stored = async () => [await client.playbook.count(), await client.event.count()];

type Told = { status: number; code: string; errors?: { path: string; message: string }[] };

/** The answer to a document, and the processor time that it took, in ms. */
async function send(path: string, yaml: string): Promise<Told & { took: number }> {
  // Somebody else each time: one person may only have so many documents validated in a row.
  const { token } = await addSomeone(client, "admin");
  const request = new Request(`http://test${basePath}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ yaml }),
  });
  const before = process.cpuUsage();
  const response = await api(request);
  const told = (await response.json()) as Told;
  const { user, system } = process.cpuUsage(before);
  return { ...told, took: (user + system) / 1000 };
}

describe.each(["/playbooks", "/playbooks/validate"])("POST %s", (path) => {
  it.each([...hostileDocuments, ...hostilePlaybooks])(
    "refuses a document that %s, says why, and stores nothing",
    async (_does, yaml) => {
      const before = await stored();
      const { status, code, errors, took } = await send(path, yaml);
      if (Buffer.byteLength(JSON.stringify({ yaml })) > 256 * 1024) {
        expect([status, code]).toEqual([413, "TOO_LARGE"]);
      } else {
        expect([status, code]).toEqual([422, "INVALID"]);
        expect(errors?.length).toBeGreaterThan(0);
        expect(errors?.filter(({ message }) => message === "")).toEqual([]);
      }
      expect(took).toBeLessThan(1000);
      expect(await stored()).toEqual(before);
    },
  );
});
