import type { Dependency } from "#lib/domain/dependency.ts";

/**
 * The order in which services that move together do so: who needs another goes before it, otherwise as given. `cycles`
 * are those that need each other; among them it is as given. Pure.
 */
export function laneOrder(
  services: readonly string[],
  dependencies: readonly Pick<Dependency, "consumer" | "provider">[],
): { order: string[]; cycles: string[][] } {
  const left = new Set(services);
  const order: string[] = [];
  const cycles: string[][] = [];
  const inside = dependencies.filter(
    ({ consumer, provider }) => consumer !== provider && left.has(consumer) && left.has(provider),
  );
  while (left.size > 0) {
    const remaining = services.filter((service) => left.has(service));
    const before = new Map(remaining.map((service) => [service, consumersOf(service, inside, left)]));
    // Of whoever must wait for a service, that service must wait too: they are a cycle, or nobody is.
    const first = remaining.find((service) =>
      [...(before.get(service) ?? [])].every((other) => before.get(other)?.has(service)),
    );
    const cycle = remaining.filter((one) => one === first || before.get(first ?? "")?.has(one));
    if (first === undefined) throw new Error("Some service waits for none but those that wait for it.");
    if (cycle.length > 1) cycles.push(cycle);
    for (const service of cycle) {
      left.delete(service);
      order.push(service);
    }
  }
  return { order, cycles };
}

/** Everyone left who needs this service, directly or through others. */
function consumersOf(
  service: string,
  dependencies: readonly Pick<Dependency, "consumer" | "provider">[],
  left: ReadonlySet<string>,
): Set<string> {
  const found = new Set<string>();
  const queue = [service];
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    for (const { consumer, provider } of dependencies) {
      if (provider !== one || found.has(consumer) || !left.has(consumer)) continue;
      found.add(consumer);
      queue.push(consumer);
    }
  }
  found.delete(service);
  return found;
}
