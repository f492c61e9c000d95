import { z } from "zod";
import type { Tx } from "#lib/platform/db/client.ts";

export type SecretUse = { service: string; environment: string; component: string };

const References = z.record(z.string(), z.string());
const prefix = "stored:";

/** Which targets name which stored secrets. */
export async function secretUses(tx: Pick<Tx, "target">): Promise<Map<string, SecretUse[]>> {
  const targets = await tx.target.findMany({
    select: { component: true, secrets: true, environment: { select: { name: true, serviceId: true } } },
    orderBy: [{ environmentId: "asc" }, { sort: "asc" }],
  });
  const uses = new Map<string, SecretUse[]>();
  for (const { component, secrets, environment } of targets) {
    const named = Object.values(References.parse(secrets)).filter((one) => one.startsWith(prefix));
    for (const reference of new Set(named)) {
      const name = reference.slice(prefix.length);
      const use = { service: environment.serviceId, environment: environment.name, component };
      uses.set(name, [...(uses.get(name) ?? []), use]);
    }
  }
  return uses;
}
