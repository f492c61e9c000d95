import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "#lib/platform/config.ts";

const faultOf = (environment: Record<string, string>): string => {
  try {
    parseConfig(environment);
    return "";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : "";
  }
};

describe("the environment", () => {
  it("may be empty: everything has a default", () => {
    expect(parseConfig({})).toMatchObject({
      databaseUrl: undefined,
      dataFolder: path.resolve(".lastgood"),
      secretsFolder: path.resolve(".lastgood/secrets.d"),
      host: "127.0.0.1",
      port: 3000,
      statusPort: 3001,
      url: "http://127.0.0.1:3000",
      hasSandbox: true,
      leaseSeconds: 5,
      draftMinutes: 60,
      approvalMinutes: undefined,
      askNextSeconds: undefined,
      handOverSeconds: undefined,
      debtSeconds: undefined,
      emergencyOfferSeconds: undefined,
      rollbackSeconds: undefined,
      oidc: undefined,
    });
  });

  it("takes an empty variable as one that is not set", () => {
    expect(parseConfig({ PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 3000, databaseUrl: undefined });
  });

  it("derives the address from the port, and takes another without its last slash", () => {
    expect(parseConfig({ PORT: "8080" }).url).toBe("http://127.0.0.1:8080");
    expect(parseConfig({ LASTGOOD_URL: "https://rollback.example/" }).url).toBe("https://rollback.example");
  });

  it.each([
    [{ PORT: "abc" }, 'PORT must be a whole number between 1 and 65535, but is "abc".'],
    [{ PORT: "0" }, 'PORT must be a whole number between 1 and 65535, but is "0".'],
    [{ PORT: "3000.5" }, 'PORT must be a whole number between 1 and 65535, but is "3000.5".'],
    [{ STATUS_PORT: "65536" }, 'STATUS_PORT must be a whole number between 1 and 65535, but is "65536".'],
    [{ PORT: "3001" }, "PORT and STATUS_PORT must differ, but both are 3001."],
    [
      { DATABASE_URL: "localhost" },
      "DATABASE_URL must look like postgresql://user:password@host:5432/database.",
    ],
    [{ DATABASE_URL: "postgres://u:p@host" }, "DATABASE_URL must name a database after the host."],
    [{ LASTGOOD_URL: "ftp://x" }, 'LASTGOOD_URL must start with http:// or https://, but is "ftp://x".'],
    [{ LASTGOOD_URL: "http://x/y" }, 'LASTGOOD_URL must end after the host and port, but is "http://x/y".'],
    [{ LASTGOOD_SANDBOX: "maybe" }, 'LASTGOOD_SANDBOX must be one of on, off, but is "maybe".'],
    [{ LASTGOOD_HOST: "a b" }, 'LASTGOOD_HOST must be a host name or an IP address, but is "a b".'],
    [{ LASTGOOD_SECRET: "short" }, "LASTGOOD_SECRET must have at least 32 characters."],
    [
      { LASTGOOD_SECRET_FILE: "/nowhere" },
      "LASTGOOD_SECRET_FILE names a file that cannot be read: /nowhere.",
    ],
    [
      { LASTGOOD_OIDC_ISSUER: "https://id.example", LASTGOOD_OIDC_CLIENT_ID: "lastgood" },
      "OpenID Connect needs LASTGOOD_OIDC_ISSUER, LASTGOOD_OIDC_CLIENT_ID, LASTGOOD_OIDC_CLIENT_SECRET, but LASTGOOD_OIDC_CLIENT_SECRET is not set.",
    ],
  ])("%j is refused in one sentence", (environment, sentence) => {
    expect(faultOf(environment)).toBe(`ConfigurationFault: ${sentence}`);
  });

  it("tells every fault at once, a sentence for each", () => {
    expect(faultOf({ PORT: "x", LASTGOOD_LEASE_SECONDS: "0" }).split("\n")).toHaveLength(2);
  });

  it("never repeats a password", () => {
    expect(faultOf({ DATABASE_URL: "mysql://root:hunter2@db/x" })).not.toContain("hunter2");
  });

  it("reads a secret from a file", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-config-"));
    const file = path.join(folder, "secret");
    fs.writeFileSync(file, `${"s".repeat(40)}\n`);
    expect(parseConfig({ LASTGOOD_SECRET_FILE: file }).secret).toBe("s".repeat(40));
    fs.rmSync(folder, { recursive: true });
  });
});
