import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { underTest } from "#e2e/contract/adapter-under-test.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { expired, makeAuthority } from "#e2e/targets/certificates.ts";
import type { Authority, Certificate } from "#e2e/targets/certificates.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { needs, startPostgres } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";

describeWith("PostgreSQL with TLS, as checks and migrations reach it", missing(needs), () => {
  let server: PostgresTarget;
  let own: Authority;
  let other: Authority;
  beforeAll(async () => {
    server = await startPostgres();
    own = makeAuthority();
    other = makeAuthority("Somebody else");
  });
  afterAll(async () => {
    own.remove();
    other.remove();
    await server.stop();
  });

  async function serve({ certFile, keyFile }: Certificate): Promise<void> {
    for (const [from, to] of [
      [certFile, "server.crt"],
      [keyFile, "server.key"],
    ] as const) {
      copyFileSync(from, path.join(server.data, to));
      server.own(path.join("data", to));
      chmodSync(path.join(server.data, to), 0o600);
    }
    await server.reload();
  }
  const open = (more: { host?: string; caFile?: string; user?: string } = {}): ContractCase => ({
    adapter: "sql-check",
    settings: {
      host: "localhost",
      port: server.port,
      database: "postgres",
      user: server.role,
      tls: "verify",
      caFile: own.file,
      query: "SELECT count(*) FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()",
      limit: 1,
      ...more,
    },
    secrets: { password: server.password },
    allow: [`localhost:${server.port}`, `127.0.0.1:${server.port}`],
    request: { ...planRequest(), component: "database" },
    fingerprint: () => Promise.resolve(null),
    effects: () => Promise.resolve(0),
    wrongSettings: [],
    stop: () => Promise.resolve(),
  });
  const looked = async (more?: Parameters<typeof open>[0]) => {
    const { fault, evidence } = await underTest(() => open(more)).run("verify");
    return fault ?? evidence[0];
  };

  it("trusts a certificate of the named authority that is valid, and names whatever is wrong with another", async () => {
    await serve(own.issue("db"));
    await expect.poll(() => looked(), { timeout: 10_000 }).toMatchObject({ ok: true });
    expect(await looked({ host: "127.0.0.1" })).toMatchObject({ ok: true });
    expect(await looked({ caFile: other.file })).toMatchObject({ kind: "permanent", code: "TLS_REFUSED" });
    expect(await looked({ caFile: path.join(own.folder, "none.pem") })).toMatchObject({
      code: "TLS_REFUSED",
      message: expect.stringContaining("none.pem cannot be read") as unknown,
    });
    await serve(own.issue("db", expired));
    await expect
      .poll(() => looked(), { timeout: 10_000 })
      .toMatchObject({
        kind: "permanent",
        code: "TLS_REFUSED",
        message: expect.stringContaining("expired") as unknown,
        advice: expect.stringContaining("Renew the certificate") as unknown,
      });
  });

  it("says that a role is taken with a certificate of its own only", async () => {
    await serve(own.issue("db"));
    copyFileSync(own.file, path.join(server.data, "clients.pem"));
    server.own("data/clients.pem");
    await server.query("postgres", "CREATE ROLE certified LOGIN");
    await server.query("postgres", "ALTER SYSTEM SET ssl_ca_file = 'clients.pem'");
    const rules = path.join(server.data, "pg_hba.conf");
    writeFileSync(rules, `hostssl all certified 127.0.0.1/32 cert\n${readFileSync(rules, "utf8")}`);
    await server.reload();
    await expect
      .poll(() => looked({ user: "certified", host: "127.0.0.1" }), { timeout: 10_000 })
      .toMatchObject({
        kind: "permanent",
        code: "CLIENT_CERTIFICATE_WANTED",
        advice: expect.stringContaining("password") as unknown,
      });
    expect(await looked({ host: "127.0.0.1" })).toMatchObject({ ok: true });
  });
});
