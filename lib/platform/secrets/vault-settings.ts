import fs from "node:fs";
import { Fault } from "#lib/domain/errors.ts";

export type VaultSettings = {
  /** Base address, without a slash at its end. */
  url: string;
  namespace: string | undefined;
  kvVersion: 1 | 2;
  /** host:port pairs besides the address itself: what its name may resolve to. */
  allow: readonly string[];
  login: { kind: "token"; token: string } | { kind: "approle"; roleId: string; secretId: string };
};

type Environment = Readonly<Record<string, string | undefined>>;

/** How the Vault is reached, of this worker's environment. Throws Fault `permanent` VAULT_NOT_CONFIGURED. */
export function vaultSettings(environment: Environment = process.env): VaultSettings {
  const read = (name: string): string | undefined => {
    const value = environment[name];
    return value === undefined || value === "" ? undefined : value;
  };
  const secret = (name: string): string | undefined => read(name) ?? fromFile(name, read(`${name}_FILE`));
  const url = URL.parse(read("LASTGOOD_VAULT_ADDR") ?? "");
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "")
    throw unset("LASTGOOD_VAULT_ADDR must be the address of the Vault, such as https://vault.internal:8200.");
  const version = read("LASTGOOD_VAULT_KV") ?? "2";
  if (version !== "1" && version !== "2") throw unset("LASTGOOD_VAULT_KV must be 1 or 2.");
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const more = (read("LASTGOOD_VAULT_ALLOW") ?? "").split(/[,\s]+/).filter((one) => one !== "");
  return {
    url: url.href.replace(/\/+$/, ""),
    namespace: read("LASTGOOD_VAULT_NAMESPACE"),
    kvVersion: version === "1" ? 1 : 2,
    allow: [`${url.hostname}:${port}`, ...more],
    login: loginOf(
      secret("LASTGOOD_SECRET_VAULT_TOKEN"),
      read("LASTGOOD_VAULT_ROLE_ID"),
      secret("LASTGOOD_SECRET_VAULT_SECRET_ID"),
    ),
  };
}

function loginOf(token?: string, roleId?: string, secretId?: string): VaultSettings["login"] {
  if (token !== undefined) return { kind: "token", token };
  if (roleId !== undefined && secretId !== undefined) return { kind: "approle", roleId, secretId };
  throw unset(
    "LASTGOOD_SECRET_VAULT_TOKEN, or LASTGOOD_VAULT_ROLE_ID and LASTGOOD_SECRET_VAULT_SECRET_ID, must say as whom the Vault is asked.",
  );
}

function fromFile(name: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return fs.readFileSync(file, "utf8").trim();
  } catch {
    throw unset(`${name}_FILE names a file that cannot be read: ${file}.`);
  }
}

function unset(message: string): Fault {
  return new Fault("permanent", "VAULT_NOT_CONFIGURED", message, "Set it where the worker is started.");
}
