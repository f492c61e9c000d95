import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { Fault } from "#lib/domain/errors.ts";
import { allowList } from "#lib/platform/http/allow-list.ts";
import type { AllowList } from "#lib/platform/http/allow-list.ts";

export type Address = { address: string; family: number };
export type Lookup = (name: string) => Promise<Address[]>;

const systemLookup: Lookup = (name) => lookup(name, { all: true });

/** Names that no public name server answers for: naming one is naming a private address. */
const privateNames = /^[^.]+$|\.(?:internal|local|lan|home\.arpa|localhost)$/;

/**
 * Resolves the host of an allowed URL once, to the addresses that may be connected to. A name that resolves to a
 * loopback, link-local or otherwise special address is refused unless that very address:port is on the list too
 * (`localhost` names loopback; a name that is private by its form may have private addresses).
 * Throws Fault `transient` NAME_NOT_FOUND, `permanent` ADDRESS_REFUSED.
 */
export async function resolveAddress(
  host: string,
  port: number,
  allow: AllowList,
  resolve: Lookup = systemLookup,
): Promise<Address[]> {
  const literal = host.startsWith("[") ? host.slice(1, -1) : host;
  if (ipaddr.isValid(literal)) return [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
  let found: Address[];
  try {
    found = await resolve(host);
  } catch (error) {
    throw new Fault(
      "transient",
      "NAME_NOT_FOUND",
      `The name ${host} could not be resolved${codeOf(error)}.`,
      "Check the name in the settings and the name service of the worker's machine.",
    );
  }
  const usable = found.filter(({ address }) => isUsable(host, address, port, allow));
  const refused = found[0]?.address;
  if (usable.length === 0 && refused !== undefined) {
    const entry = refused.includes(":") ? `[${refused}]:${port}` : `${refused}:${port}`;
    throw new Fault(
      "permanent",
      "ADDRESS_REFUSED",
      `${host} resolves to ${refused}, which is not a public address.`,
      `If that is meant, an admin adds ${entry} to the allow-list of this environment.`,
    );
  }
  return usable;
}

/** The addresses of hosts on the allow-list, for adapters that connect by themselves. Throws as resolveAddress. */
export function addressesBy(entries: readonly string[]): (host: string, port: number) => Promise<Address[]> {
  const allow = allowList(entries);
  return async (host, port) => {
    if (allow.has(host, port)) return resolveAddress(host, port, allow);
    throw new Fault(
      "permanent",
      "ADDRESS_REFUSED",
      `${host}:${port} is not on the allow-list of this environment.`,
      `If that is meant, an admin adds ${host}:${port} to it.`,
    );
  };
}

function isUsable(host: string, address: string, port: number, allow: AllowList): boolean {
  const range = ipaddr.process(address).range();
  if (range === "unicast") return true;
  if (allow.has(address, port)) return true;
  if (range === "loopback") return host === "localhost" || host.endsWith(".localhost");
  if (range === "private" || range === "uniqueLocal" || range === "carrierGradeNat")
    return privateNames.test(host);
  return false;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
}
