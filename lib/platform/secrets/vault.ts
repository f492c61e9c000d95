import { z } from "zod";
import { Fault } from "#lib/domain/errors.ts";
import type { GuardedHttp, HttpAnswer } from "#lib/domain/guarded-http.ts";
import { guardedHttp } from "#lib/platform/http/guarded-http.ts";
import { vaultSettings } from "#lib/platform/secrets/vault-settings.ts";
import type { VaultSettings } from "#lib/platform/secrets/vault-settings.ts";

/** How long a value is taken for current. */
const keptMs = 3000;
const timeoutMs = 5000;

const Value = z.record(z.string(), z.unknown());
const Version1 = z.object({ data: Value });
const Version2 = z.object({ data: z.object({ data: Value.nullable() }) });
const Login = z.object({ auth: z.object({ client_token: z.string(), lease_duration: z.number() }) });

/**
 * Makes what fetches `mount/path#key` of the key-value store of a HashiCorp Vault. A token of AppRole is used until
 * shortly before its lease ends. Throws Fault: `transient` when the Vault is sealed or away, else `permanent`.
 */
export function vaultReader(
  settings: VaultSettings,
  now: () => number = Date.now,
): (place: string) => Promise<string> {
  const http = guardedHttp(settings.allow);
  const kept = new Map<string, { value: string; until: number }>();
  let login: { token: string; until: number } | null = null;

  const token = async (): Promise<string> => {
    if (settings.login.kind === "token") return settings.login.token;
    if (login !== null && now() < login.until) return login.token;
    const { roleId, secretId } = settings.login;
    const body = JSON.stringify({ role_id: roleId, secret_id: secretId });
    const answer = await call(http, settings, "POST", "auth/approle/login", { body });
    if (answer.status !== 200) throw refusal(answer.status, "the AppRole login");
    const { auth } = parsed(Login, answer.body, "the AppRole login");
    login = { token: auth.client_token, until: now() + Math.max(0, auth.lease_duration - 10) * 1000 };
    return login.token;
  };

  return async (place) => {
    const known = kept.get(place);
    if (known !== undefined && now() < known.until) return known.value;
    const { path, key, mount, rest } = placeOf(place);
    const where = settings.kvVersion === 2 ? `${mount}/data/${rest}` : path;
    const answer = await call(http, settings, "GET", where, { token: await token() });
    if (answer.status === 403) login = null;
    if (answer.status !== 200) throw refusal(answer.status, `vault:${path}`);
    const data =
      settings.kvVersion === 2
        ? parsed(Version2, answer.body, `vault:${path}`).data.data
        : parsed(Version1, answer.body, `vault:${path}`).data;
    const value = data !== null && Object.hasOwn(data, key) ? data[key] : undefined;
    if (typeof value !== "string" || value === "")
      throw missing(`vault:${path} has no text under the key ${key}.`);
    for (const [one, { until }] of kept) if (until <= now()) kept.delete(one);
    kept.set(place, { value, until: now() + keptMs });
    return value;
  };
}

let reader: ((place: string) => Promise<string>) | undefined;

/** Of the Vault that this worker's environment names. Throws as vaultReader, and Fault `permanent` VAULT_NOT_CONFIGURED. */
export function fromVault(place: string): Promise<string> {
  reader ??= vaultReader(vaultSettings());
  return reader(place);
}

function placeOf(place: string) {
  const [path = "", key = ""] = place.split("#");
  const [mount = "", ...rest] = path.split("/");
  const isPlain =
    /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+$/.test(path) && !path.split("/").some((one) => /^\.+$/.test(one));
  if (!isPlain || key === "")
    throw new Fault(
      "permanent",
      "SECRET_REFUSED",
      "A secret of a Vault is named vault:mount/path#key.",
      "Correct the target.",
    );
  return { path, key, mount, rest: rest.join("/") };
}

async function call(
  http: GuardedHttp,
  { url, namespace }: VaultSettings,
  method: "GET" | "POST",
  path: string,
  { token, body }: { token?: string; body?: string },
): Promise<HttpAnswer> {
  try {
    return await http({
      method,
      url: `${url}/v1/${path}`,
      headers: {
        "x-vault-request": "true",
        ...(token !== undefined && { "x-vault-token": token }),
        ...(namespace !== undefined && { "x-vault-namespace": namespace }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body }),
      timeoutMs,
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "ADDRESS_REFUSED")
      throw new Fault(
        "permanent",
        error.code,
        error.message,
        "Name the address in LASTGOOD_VAULT_ALLOW if that is meant.",
      );
    // A login that was not answered may be made again.
    if (error.kind === "unknown")
      throw new Fault("transient", error.code, error.message, "It is asked again; look at the Vault.");
    throw error;
  }
}

/** Says what a status means; what the Vault writes beside it is not repeated. */
function refusal(status: number, what: string): Fault {
  if (status === 503)
    return new Fault(
      "transient",
      "VAULT_SEALED",
      `The Vault is sealed or on standby; ${what} cannot be read.`,
      "Unseal it: vault operator unseal.",
    );
  if (status === 404) return missing(`${what} is not there, or its last version was deleted.`);
  if (status === 401 || status === 403 || status === 400)
    return new Fault(
      "permanent",
      "VAULT_REFUSED",
      `The Vault refuses ${what} with status ${status}.`,
      "Check that the worker's token is valid and that its policy lets it read this path.",
    );
  return new Fault(
    status >= 500 || status === 429 || status === 472 || status === 473 ? "transient" : "permanent",
    "VAULT_FAILED",
    `The Vault answers ${what} with status ${status}.`,
    "Look at the log of the Vault, and whether LASTGOOD_VAULT_KV is the version of this mount.",
  );
}

function missing(message: string): Fault {
  return new Fault(
    "permanent",
    "SECRET_NOT_FOUND",
    message,
    "Write it: vault kv put; or correct the target.",
  );
}

function parsed<S extends z.ZodType>(schema: S, body: string, what: string): z.output<S> {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    // What came is not repeated: it may hold secrets.
    document = null;
  }
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  throw new Fault(
    "permanent",
    "VAULT_FAILED",
    `The answer of the Vault to ${what} is not as documented.`,
    "Check that LASTGOOD_VAULT_ADDR leads to a Vault and that LASTGOOD_VAULT_KV is the version of this mount.",
  );
}
