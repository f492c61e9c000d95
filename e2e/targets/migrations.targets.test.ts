import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { orders } from "#e2e/targets/alembic-project.ts";
import type { Revision } from "#e2e/targets/alembic-project.ts";
import { alembicCase, context, migrationRequest, plan, refusal, step } from "#e2e/targets/migrations-case.ts";
import type { AlembicCase } from "#e2e/targets/migrations-case.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startDatabaseServer } from "#e2e/targets/own-database.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";
import { freePort } from "#e2e/targets/processes.ts";
import { migrations } from "#lib/adapters/migrations/index.ts";

const reason = missing({ packages: ["alembic", "python3-psycopg2"], programs: ["/usr/bin/alembic"] });

describeWith("Alembic on PostgreSQL", reason, () => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabaseServer();
  });
  afterAll(() => server.stop());

  contractSuite("migrations", { make: (): Promise<ContractCase> => alembicCase(server) }, "alembic");

  const open = async (options: Parameters<typeof alembicCase>[1] = {}): Promise<AlembicCase> => {
    const one = await alembicCase(server, options);
    onTestFinished(() => one.stop());
    return one;
  };

  it("undoes what follows the recorded revision, names it, and says which data is lost", async () => {
    const one = await open();
    const [planned] = await plan(one, "downgrade-to");
    expect(planned?.title).toBe("Downgrade the schema to a1_orders, undoing c3_index, b2_discount");
    expect(planned?.desired).toMatchObject({ to: ["a1_orders"], from: ["c3_index"], by: ["a1_orders"] });
    expect(planned?.desired.undo.map(({ revision }) => revision)).toEqual(["c3_index", "b2_discount"]);
    expect(planned?.notReverted?.map(({ what, why }) => `${what} ${why}`)).toEqual([
      expect.stringMatching(
        /b2_discount: its downgrade drops the column orders\.discount .*b2_discount\.py:\d+ throws it away/,
      ),
    ]);
    expect(planned?.dataLossFrom).toBe("2026-11-20T10:00:00.000Z");
    const checked = await step(one, "check-reversible", planned);
    expect(checked.evidence.map(({ detail }) => detail).join("\n")).toMatch(
      /Loses data: it drops the column orders\.discount \(migrations\/versions\/b2_discount\.py:\d+\)/,
    );
    const { receipt, evidence } = await step(one, "downgrade-to", planned);
    expect(receipt).toMatchObject({ changed: true, data: { undone: ["c3_index", "b2_discount"] } });
    expect(evidence[0]?.ok).toBe(true);
    expect(await one.revisions()).toEqual(["a1_orders"]);
  });

  it("tells where the database is, and whether the deployment that runs can have brought it there", async () => {
    const one = await open({ at: "b2_discount" });
    const current = async (from: string): Promise<StepResult> =>
      step(one, "current", (await plan(one, "current", migrationRequest("a1_orders", from)))[0]);
    expect((await current("b2_discount")).evidence[0]).toMatchObject({ ok: true });
    expect((await current("c3_index")).evidence[0]?.detail).toContain("a migration did not get to its end");
    const other = await open({ at: "c3_index" });
    const [planned] = await plan(other, "current", migrationRequest("a1_orders", "b2_discount"));
    const { evidence } = await step(other, "current", planned);
    expect(evidence[0]).toMatchObject({ ok: false });
    expect(evidence[0]?.detail).toContain("the deployment that runs recorded b2_discount");
  });

  it("starts Python once for a plan, however many of its steps ask for the migrations", async () => {
    const one = await open();
    const starts = path.join(one.project.folder, "starts");
    const counting = path.join(one.project.folder, "python");
    await writeFile(counting, `#!/bin/sh\necho start >> ${starts}\nexec /usr/bin/python3 "$@"\n`);
    await chmod(counting, 0o755);
    const ctx = context({ ...one, settings: { ...one.settings, python: counting } });
    for (const operation of migrations.operations)
      expect(await operation.plan(ctx, one.request), operation.id).not.toBeNull();
    expect(await readFile(starts, "utf8")).toBe("start\n");
  });

  it("shows the tool, the revision and what led there", async () => {
    const one = await open();
    const seen = await migrations.inspect?.(context(one), "database");
    expect(seen?.tools).toMatchObject([{ name: "alembic", path: "/usr/bin/python3" }]);
    expect(seen?.current).toMatchObject({ version: "c3_index", artifacts: { migrationHead: "c3_index" } });
    expect(seen?.history.map(({ version }) => version)).toEqual(["c3_index", "b2_discount", "a1_orders"]);
    expect(seen?.evidence.every(({ ok }) => ok)).toBe(true);
    const identity = await migrations.identify?.(context(one));
    expect(identity).toMatchObject({
      kind: "postgresql",
      id: expect.stringMatching(/^\d{15,}\/m_/) as string,
    });
  });

  describe("understands branches", () => {
    const branch = (id: string, after: string[]): Revision => ({
      id,
      after,
      up: [`op.create_table("t_${id}", sa.Column("id", sa.Integer))`],
      down: [`op.drop_table("t_${id}")`],
    });
    const merge: Revision = { id: "m9_merge", after: ["x1", "y1"], up: ["pass"], down: ["pass"] };
    const forked = [orders[0], branch("x1", ["a1_orders"]), branch("y1", ["a1_orders"])].flatMap(
      (one) => one ?? [],
    );

    it("goes down behind a merge to both of its branches", async () => {
      const one = await open({ revisions: [...forked, merge], to: "x1,y1" });
      const [planned] = await plan(one, "downgrade-to");
      expect((await step(one, "downgrade-to", planned)).fault).toBeNull();
      expect(await one.revisions()).toEqual(["x1", "y1"]);
    });

    it("takes a branch back whole that only the bad deployment had merged in", async () => {
      const one = await open({ revisions: [...forked, merge], to: "x1" });
      const [planned] = await plan(one, "downgrade-to");
      expect(planned?.desired.by).toEqual(["x1", "y1@a1_orders"]);
      expect((await step(one, "downgrade-to", planned)).fault).toBeNull();
      expect(await one.revisions()).toEqual(["x1"]);
    });

    it("goes from two heads to the one before both, and refuses what is on another branch", async () => {
      const one = await open({ revisions: forked, to: "a1_orders" });
      expect(await one.revisions()).toEqual(["x1", "y1"]);
      const [planned] = await plan(one, "downgrade-to");
      expect((await step(one, "downgrade-to", planned)).fault).toBeNull();
      expect(await one.revisions()).toEqual(["a1_orders"]);
      const elsewhere = await open({ revisions: forked, at: "x1", to: "y1" });
      expect(await refusal(elsewhere)).toMatchObject({ kind: "permanent", code: "NOT_AN_ANCESTOR" });
    });

    it("says of several heads that deployments must be reported with all of them", async () => {
      const one = await open({ revisions: forked });
      const seen = await migrations.inspect?.(context(one), "database");
      expect(seen?.evidence.find(({ title }) => title === "Heads")).toMatchObject({ ok: false });
    });
  });

  describe("refuses, before anything is touched,", () => {
    const changed = (changes: Partial<Revision>): Revision[] =>
      orders.map((one) => (one.id === "b2_discount" ? { ...one, ...changes } : one));

    it.each([
      ["an empty downgrade", { down: ["pass"] }, /b2_discount\.py:\d+ is empty/],
      ["a downgrade with nothing but words", { down: ['"""Nothing to do."""'] }, /is empty/],
      [
        "a downgrade that raises",
        { down: ["raise NotImplementedError()"] },
        /raises an error at .*b2_discount\.py:\d+/,
      ],
      ["a missing downgrade", { down: undefined }, /b2_discount\.py has no downgrade/],
    ])("%s, with file and line", async (_what, changes, message) => {
      const one = await open({ revisions: changed(changes) });
      const before = await one.fingerprint();
      for (const operation of ["check-reversible", "downgrade-to"]) {
        const fault = await refusal(one, operation);
        expect(fault).toMatchObject({ kind: "permanent", code: "IRREVERSIBLE" });
        expect(fault.message).toMatch(message);
      }
      expect(await one.fingerprint()).toEqual(before);
    });

    it.each([
      ["a revision that nobody has", "ffff", "UNKNOWN_REVISION"],
      ["a relative revision", "-1", "INVALID_REVISION"],
      ["a relative one that begins absolutely", "c3_index-1", "INVALID_REVISION"],
      ["a name that moves", "head", "UNKNOWN_REVISION"],
      ["a revision beside one that follows from it", "a1_orders,b2_discount", "INVALID_REVISION"],
    ])("%s", async (_what, to, code) => {
      expect(await refusal(await open({ to }))).toMatchObject({ kind: "permanent", code });
    });

    it("a deployment that recorded no revision, and a database that is older than the wanted one", async () => {
      const one = await open();
      expect(await refusal(one, "downgrade-to", migrationRequest(null))).toMatchObject({
        code: "NO_REVISION",
      });
      const older = await open({ at: "a1_orders", to: "c3_index" });
      expect(await refusal(older)).toMatchObject({ code: "NEWER_THAN_DATABASE" });
    });

    it("a working folder without the migration that the database is at", async () => {
      const one = await open();
      await one.project.remove("c3_index");
      const fault = await refusal(one);
      expect(fault).toMatchObject({ kind: "permanent", code: "MIGRATION_FILES_MISSING" });
      expect(fault.advice).toContain("perhaps the code was rolled back already");
    });

    it("a project that cannot be read, or is not there", async () => {
      const one = await open();
      await writeFile(path.join(one.project.folder, "migrations/versions/d4_broken.py"), "def upgrade(:");
      expect(await refusal(one)).toMatchObject({ code: "MIGRATIONS_UNREADABLE" });
      expect(await refusal(await open({ settings: { ini: "other.ini" } }))).toMatchObject({
        code: "PROJECT_NOT_FOUND",
      });
    });

    it("a migration file that was changed after it was signed", async () => {
      const one = await open();
      const [planned] = await plan(one, "downgrade-to");
      await one.project.write({
        id: "b2_discount",
        after: ["a1_orders"],
        up: ["pass"],
        down: ['op.drop_table("orders")'],
      });
      expect((await step(one, "downgrade-to", planned)).fault).toMatchObject({ code: "FILES_CHANGED" });
      expect(await one.revisions()).toEqual(["c3_index"]);
    });

    it("a project that connects elsewhere than it is told", async () => {
      const one = await open({ settings: { urlVariable: "OTHER_URL", environment: {} } });
      const [planned] = await plan(one, "downgrade-to");
      const url = server.url(one.database);
      await writeFile(
        path.join(one.project.folder, "migrations/env.py"),
        `import os\nos.environ["DATABASE_URL"] = ${JSON.stringify(url)}\n${environmentPy}`,
      );
      expect((await step(one, "downgrade-to", planned)).fault).toMatchObject({
        kind: "permanent",
        code: "ADDRESS_NOT_TAKEN",
      });
      expect(await one.revisions()).toEqual(["c3_index"]);
    });
  });

  describe("names what is wrong with the database:", () => {
    it("nobody listens, a wrong password, no such database, an address that is not allowed, no table", async () => {
      const one = await open();
      const port = await freePort();
      const far = { ...one, settings: { ...one.settings, port }, allow: [`${server.host}:${port}`] };
      expect(await refusal(far)).toMatchObject({ kind: "transient", code: "DATABASE_UNREACHABLE" });
      const fault = await refusal({ ...one, secrets: { password: "not-the-password" } });
      expect(fault).toMatchObject({ kind: "permanent", code: "CREDENTIALS_REFUSED" });
      expect(JSON.stringify(fault)).not.toContain("not-the-password");
      const none = { ...one, settings: { ...one.settings, database: "nobody" } };
      expect(await refusal(none)).toMatchObject({ kind: "permanent", code: "NO_SUCH_DATABASE" });
      expect(await refusal({ ...one, allow: [] })).toMatchObject({
        kind: "permanent",
        code: "ADDRESS_REFUSED",
      });
      const other = { ...one, settings: { ...one.settings, table: "other.versions" } };
      expect(await refusal(other)).toMatchObject({ kind: "permanent", code: "NO_REVISIONS" });
    });

    it("a Python without Alembic", async () => {
      const folder = await mkdtemp(path.join(tmpdir(), "lastgood-python-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      const program = path.join(folder, "python3");
      await writeFile(program, '#!/bin/sh\nexec /usr/bin/python3 -S -E "$@"\n');
      await chmod(program, 0o755);
      expect(await refusal(await open({ settings: { python: program } }))).toMatchObject({
        code: "TOOL_MISSING",
      });
      expect(await refusal(await open({ settings: { python: "/nowhere/python3" } }))).toMatchObject({
        code: "TOOL_MISSING",
      });
    });
  });
});

const environmentPy = `from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
`;
