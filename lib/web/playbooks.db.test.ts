import { beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { smallDocument } from "#lib/domain/playbook.fixture.ts";
import type { Role } from "#lib/domain/role.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { authenticate } from "#lib/web/session.ts";
import { addEveryRole, addService, type Someone } from "#lib/web/world.fixture.ts";
import { routes } from "../../app/api/v1/table.ts";

const { client } = await testDatabase();
const api = createApi({ routes, authenticate, findAnswer, keepAnswer, checksAnswers: true });
let people: Record<Role, Someone>;
beforeAll(async () => {
  people = await addEveryRole(client);
});

async function call(
  role: Role,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; headers: Headers; text: string; json: unknown }> {
  const response = await api(
    new Request(`http://test${basePath}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${people[role].token}`,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  );
  const bytes = await response.arrayBuffer();
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

const yaml = (version: number, above: number): string =>
  `# Ours – ours alone\r\n${stringify({ ...smallDocument, id: "ours", version }).replace("above: 5", `above: ${above}`)}`;

it("a playbook is stored, listed, exported to the byte, compared, tried, retired and brought back over HTTP", async () => {
  for (const [version, above] of [
    [1, 5],
    [2, 3],
  ] as const) {
    const stored = await call("admin", "POST", "/playbooks", {
      yaml: yaml(version, above),
      note: `Above ${above}.`,
    });
    expect([stored.status, stored.json]).toEqual([201, { id: "ours", version, title: "Small" }]);
  }
  const versions = await call("viewer", "GET", "/playbooks/ours/versions");
  expect(versions.json).toMatchObject({
    items: [
      { version: 2, note: "Above 3.", addedBy: { id: people.admin.id } },
      { version: 1, note: "Above 5." },
    ],
  });

  const file = await call("viewer", "GET", "/playbooks/ours/export.yaml?version=1");
  expect(file.text).toBe(yaml(1, 5));
  expect(file.headers.get("content-type")).toBe("text/yaml; charset=utf-8");
  expect(file.headers.get("content-disposition")).toBe('attachment; filename="ours-1.yaml"');
  expect((await call("viewer", "GET", "/playbooks/ours/export.yaml")).text).toBe(yaml(2, 3));

  const diff = await call("viewer", "GET", "/playbooks/ours/diff?from=1&to=2");
  expect(diff.json).toMatchObject({
    from: 1,
    to: 2,
    parts: [{ part: "matrices.main.rows.errors-high", fields: [{ path: "when" }] }],
  });
  const compared = await call("viewer", "POST", "/playbooks/compare", { yaml: yaml(3, 5) });
  expect(compared.json).toMatchObject({ id: "ours", version: 3, newest: 2, with: { version: 2 } });
  expect(compared.json).not.toHaveProperty("playbook");

  const tried = await call("viewer", "POST", "/playbooks/ours/try", { facts: { errors: 4 }, version: 1 });
  expect(tried.json).toMatchObject({ verdict: "monitor", playbook: { id: "ours", version: 1 } });
  const text = await call("viewer", "POST", "/playbooks/try", {
    yaml: yaml(9, 3),
    facts: { errors: 4 },
    environment: { name: "staging", protected: false },
    severity: "P2",
  });
  expect(text.json).toMatchObject({ verdict: "rollback", severity: "P2", playbook: { version: 9 } });
  expect(
    (await call("viewer", "POST", "/playbooks/ours/try", { facts: { errors: "x" } })).json,
  ).toMatchObject({ code: "INVALID", errors: [{ path: "facts.errors" }] });

  await addService(client, "shop", "shops", "ours");
  const refused = await call("admin", "DELETE", "/playbooks/ours");
  expect([refused.status, refused.json]).toMatchObject([409, { code: "WRONG_STATE", services: ["shop"] }]);
  await client.service.update({ where: { id: "shop" }, data: { playbookId: "none" } });
  const retired = await call("admin", "DELETE", "/playbooks/ours", { reason: "Not followed." });
  expect(retired.json).toMatchObject({ id: "ours", retiredAt: expect.any(String) as string });
  expect((await call("viewer", "GET", "/playbooks")).json).toMatchObject({ items: [] });
  expect((await call("viewer", "GET", "/playbooks?retired=true")).json).toMatchObject({
    items: [{ id: "ours" }],
  });
  const assigned = await call("admin", "PATCH", "/services/shop", { playbook: "ours" });
  expect(assigned.json).toMatchObject({ code: "INVALID", errors: [{ path: "playbook" }] });
  await call("admin", "POST", "/playbooks", { yaml: yaml(3, 5) });
  expect((await call("admin", "PATCH", "/services/shop", { playbook: "ours" })).json).toMatchObject({
    playbook: "ours",
  });
});
