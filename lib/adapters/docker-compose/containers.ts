import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { rollbackLabel } from "#lib/adapters/docker-compose/project.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";
import { engineCall, engineJson, engineRefused } from "#lib/adapters/docker-engine.ts";
import { isImage, localImages } from "#lib/adapters/docker-image.ts";
import { printable } from "#lib/adapters/evidence.ts";

type Context = AdapterContext<Settings>;

const Row = z.looseObject({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() });
const Inspected = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  RestartCount: z.number().default(0),
  State: z.looseObject({
    Status: z.string(),
    StartedAt: z.string(),
    ExitCode: z.number().default(0),
    Health: z.looseObject({ Status: z.string() }).nullish(),
  }),
  Config: z.looseObject({
    Image: z.string(),
    Tty: z.boolean().default(false),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  HostConfig: z.looseObject({ RestartPolicy: z.looseObject({ Name: z.string() }).nullish() }),
});

/** One container of a compose project. */
export type Container = {
  id: string;
  name: string;
  service: string;
  /** Its number among those of the service. */
  number: string;
  /** The engine's id of the image that it runs. */
  imageId: string;
  /** The name that it was created from. */
  imageName: string;
  /** By which the image is known to registries. */
  digests: string[];
  status: string;
  /** `none`: its image has no health check. */
  health: string;
  startedAt: string;
  exitCode: number;
  restarts: number;
  /** Whether the engine starts it again by itself. */
  isRestarted: boolean;
  isTerminal: boolean;
  /** The rollback that it was created anew for. */
  rollback: string | null;
};

/** The containers of these services, by name; those of one-off runs are none of theirs. */
export async function containersOf(ctx: Context, services: readonly string[]): Promise<Container[]> {
  const label = [`com.docker.compose.project=${ctx.settings.project}`, "com.docker.compose.oneoff=False"];
  const rows = await engineJson(ctx, z.array(Row), {
    path: "/containers/json",
    query: { all: "1", filters: JSON.stringify({ label }) },
  });
  const serviceOf = (labels: Record<string, string> | null | undefined): string =>
    labels?.["com.docker.compose.service"] ?? "";
  const own = rows.filter((row) => services.includes(serviceOf(row.Labels)));
  if (own.length === 0) return [];
  const images = await localImages(ctx);
  const found = await Promise.all(own.map((row) => inspect(ctx, row.Id)));
  const containers = found.flatMap((one) => (one === null ? [] : [one]));
  return containers
    .map((one) => ({
      id: one.Id,
      name: one.Name.replace(/^\//, ""),
      service: serviceOf(one.Config.Labels),
      number: one.Config.Labels?.["com.docker.compose.container-number"] ?? "",
      imageId: one.Image,
      imageName: one.Config.Image,
      digests: images.find(({ id }) => id === one.Image)?.digests ?? [],
      status: one.State.Status,
      health: one.State.Health?.Status ?? "none",
      startedAt: one.State.StartedAt,
      exitCode: one.State.ExitCode,
      restarts: one.RestartCount,
      isRestarted: !["", "no"].includes(one.HostConfig.RestartPolicy?.Name ?? ""),
      isTerminal: one.Config.Tty,
      rollback: one.Config.Labels?.[rollbackLabel] ?? null,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

async function inspect(ctx: Context, id: string): Promise<z.output<typeof Inspected> | null> {
  const call = { path: `/containers/${id}/json` };
  const answer = await engineCall(ctx, call);
  // Removed since it was listed.
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw engineRefused(ctx, call, answer);
  return Inspected.parse(JSON.parse(answer.body.toString("utf8")));
}

/** Whether a container runs the image of a pinned name. */
export const runsImage = ({ imageId, digests }: Container, pinned: string): boolean =>
  isImage({ id: imageId, digests }, pinned);

/** Stops a container, after the time that it declares; one that does not run is left alone. Throws Fault. */
export async function stopContainer(ctx: Context, id: string, seconds: number): Promise<void> {
  const call = { method: "POST", path: `/containers/${id}/stop`, timeoutMs: seconds * 1000 } as const;
  const answer = await engineCall(ctx, call);
  // 304: it did not run. 404: it is not there any more.
  if (![204, 304, 404].includes(answer.status)) throw engineRefused(ctx, call, answer);
}

const mostLogBytes = 256 * 1024;

/** The last lines that a container wrote, redacted, at most 1000 characters. */
export async function lastLines(ctx: Context, container: Container, lines = 10): Promise<string> {
  const answer = await engineCall(ctx, {
    path: `/containers/${container.id}/logs`,
    query: { stdout: "1", stderr: "1", tail: String(lines) },
    maxBytes: mostLogBytes,
  });
  if (answer.status !== 200) return "(its log cannot be read)";
  const text = (container.isTerminal ? answer.body : withoutFrames(answer.body)).toString("utf8");
  const shown = ctx.redact(printable(text)).trim();
  return shown === "" ? "(it wrote nothing)" : shown.slice(-1000).toWellFormed();
}

/** The engine puts eight bytes before each piece of a log: which stream, and how long it is. */
export function withoutFrames(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= body.length;) {
    const length = body.readUInt32BE(at + 4);
    pieces.push(body.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(pieces);
}
