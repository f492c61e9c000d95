import { parse } from "yaml";
import { z } from "zod";
import { repositoryOf } from "#lib/adapters/docker-image.ts";

const Service = z.looseObject({
  image: z.string().optional(),
  scale: z.number().optional(),
  deploy: z.looseObject({ replicas: z.number().optional() }).nullish(),
});
const Configuration = z.looseObject({ services: z.record(z.string(), Service) });

export type ComposeService = {
  /** Where its image is fetched from; null where it is only built. */
  repository: string | null;
  replicas: number;
};

/**
 * The services that `config` prints, of docker-compose as of docker compose; null for anything else. Environments and
 * whatever else may hold secrets stay out.
 */
export function parseComposeConfig(text: string): Record<string, ComposeService> | null {
  const parsed = Configuration.safeParse(parseYaml(text));
  if (!parsed.success) return null;
  const entries = Object.entries(parsed.data.services).map(([name, service]) => [
    name,
    {
      repository: service.image === undefined ? null : repositoryOf(service.image),
      replicas: service.deploy?.replicas ?? service.scale ?? 1,
    },
  ]);
  return Object.fromEntries(entries) as Record<string, ComposeService>;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: "silent" });
  } catch {
    // Anything but YAML is no configuration.
    return null;
  }
}
