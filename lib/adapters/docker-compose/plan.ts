import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import { parseComposeConfig } from "#lib/adapters/docker-compose/compose-config.ts";
import type { ComposeService } from "#lib/adapters/docker-compose/compose-config.ts";
import { composeFailed, runCompose } from "#lib/adapters/docker-compose/compose-tool.ts";
import { containersOf } from "#lib/adapters/docker-compose/containers.ts";
import { fileHashes } from "#lib/adapters/docker-compose/files.ts";
import { committedFiles } from "#lib/adapters/docker-compose/git-files.ts";
import type { Committed } from "#lib/adapters/docker-compose/git-files.ts";
import { projectFiles } from "#lib/adapters/docker-compose/project.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { wantedImages } from "#lib/adapters/image-list.ts";
import { withWorkFolder } from "#lib/adapters/work-folder.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

/** All that the operations of one target plan from. */
type Wanted = {
  images: Record<string, string>;
  replicas: Record<string, number>;
  /** The compose files as they are when the first layer starts. */
  files: Record<string, string>;
  /** Null: the compose files stay as they are. */
  reverted: Committed | null;
};

const wantedBy = new WeakMap<Context, Promise<Wanted>>();

/** Looked up once for all operations of one plan. Throws Fault. */
export function wanted(ctx: Context, request: PlanRequest): Promise<Wanted> {
  const known = wantedBy.get(ctx);
  if (known !== undefined) return known;
  const found = look(ctx, request);
  wantedBy.set(ctx, found);
  return found;
}

/** Whether the plan takes the compose files back, too: the settings say so, and the procedure does not leave it out. */
function reverts(settings: Settings, request: PlanRequest): boolean {
  const named = request.namedIn?.execution ?? request.named;
  return settings.restoreFiles !== undefined && (named === null || named.includes("revert-commit"));
}

async function look(ctx: Context, request: PlanRequest): Promise<Wanted> {
  const { settings } = ctx;
  const names = settings.layers.flat();
  const configuration = lazily(async () => {
    const reverted = reverts(settings, request) ? await committedFiles(ctx, request) : null;
    const present = await fileHashes(settings);
    return { reverted, present, services: await configured(ctx, reverted) };
  });
  // What the deployment record does not name is refused before any program is run.
  const images = await wantedImages(
    request,
    names,
    settings.imageLists,
    async (name) => (await configuration()).services[name]?.repository ?? null,
  );
  const { reverted, present, services } = await configuration();
  const unknown = names.filter((name) => services[name] === undefined);
  if (unknown.length > 0)
    throw new Fault(
      "permanent",
      "UNKNOWN_SERVICE",
      `The compose files have no service ${unknown.join(", ")}.`,
      "Correct layers or files in the settings of the target.",
    );
  const files = {
    ...present,
    ...Object.fromEntries((reverted?.files ?? []).map(({ file, sha256 }) => [file, sha256])),
  };
  return { images, replicas: await replicasOf(ctx, services), files, reverted };
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** As many containers as there are now, where somebody scaled a service by hand, and never fewer than configured. */
export async function replicasOf(
  ctx: Context,
  services: Record<string, ComposeService> = {},
): Promise<Record<string, number>> {
  const names = ctx.settings.layers.flat();
  const containers = await containersOf(ctx, names);
  const count = (name: string): number =>
    new Set(containers.flatMap(({ service, number }) => (service === name ? [number] : []))).size;
  return Object.fromEntries(
    names.map((name) => [name, Math.max(1, services[name]?.replicas ?? 1, count(name))]),
  );
}

/** The services of the compose files, those of the commit where they are taken back. Throws Fault COMPOSE_INVALID. */
async function configured(ctx: Context, reverted: Committed | null): Promise<Record<string, ComposeService>> {
  return withWorkFolder("config", async (folder) => {
    const files: string[] = [];
    for (const [index, file] of projectFiles(ctx.settings).entries()) {
      const old = reverted?.files.find((one) => one.file === file);
      const copy = path.join(folder, `${index}-${path.basename(file)}`);
      if (old !== undefined) await writeFile(copy, old.content, { mode: 0o600 });
      files.push(old === undefined ? file : copy);
    }
    const end = await runCompose(ctx, files, ["config"], { seconds: 20, keepsStdout: true });
    if (end.exitCode !== 0) {
      const failed = composeFailed("config", end);
      if (failed.code !== "COMPOSE_FAILED") throw failed;
      throw new Fault(
        "permanent",
        "COMPOSE_INVALID",
        `Compose does not take the compose files: ${excerpt(end.output.slice(-1500), 700)}`,
        "Correct the compose files. Nothing was stopped.",
      );
    }
    const services = parseComposeConfig(end.stdout.toString("utf8"));
    if (services !== null) return services;
    throw new Fault(
      "permanent",
      "COMPOSE_INVALID",
      "What compose prints of the compose files cannot be read.",
      "Run compose config by hand.",
    );
  });
}
