import { Agent, request } from "undici";
import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { answerFault, connectionFault } from "#lib/adapters/kubernetes/api-fault.ts";
import type { Call } from "#lib/adapters/kubernetes/api-fault.ts";
import { loadAccess } from "#lib/adapters/kubernetes/kubeconfig.ts";
import type { Access } from "#lib/adapters/kubernetes/kubeconfig.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { Json } from "#lib/domain/json.ts";

const mostBytes = 32 * 1024 * 1024;
const Status = z.looseObject({ message: z.string().default(""), reason: z.string().default("") });

export type PatchOperation = { op: "add" | "replace" | "remove"; path: string; value?: Json };
/** How the API server speaks for itself, and nothing behind it does. */
const OwnStatus = Status.extend({ kind: z.literal("Status"), apiVersion: z.literal("v1") });
export type Answer = { status: number; text: string };
type Body = { type: string; text: string };

/**
 * One API server. It exchanges plain JSON and not the client's generated models: those drop every field that is newer
 * than the client, and a pod template that went through them would come back poorer. Redirects are not followed.
 */
export class Kube {
  readonly #ctx: AdapterContext<Settings>;
  readonly #access: Access;
  readonly #agent: Agent;

  constructor(ctx: AdapterContext<Settings>, access: Access) {
    this.#ctx = ctx;
    this.#access = access;
    this.#agent = new Agent({
      connect: {
        ...access.tls,
        timeout: ctx.settings.timeoutMs,
        // The addresses that were checked, whatever the name means by then.
        lookup: (_name, _options, callback) => callback(null, access.addresses),
      },
    });
  }

  get(call: Call, path: string): Promise<unknown> {
    return this.#send("GET", call, path);
  }

  /** Null when it is not there. */
  async find(call: Call, path: string): Promise<unknown> {
    try {
      return await this.get(call, path);
    } catch (error) {
      if (error instanceof Fault && error.code === "NOT_THERE") return null;
      throw error;
    }
  }

  /**
   * What stands behind the API server answers, whatever its status; at most `most` bytes. Throws Fault where the API
   * server itself says no, or cannot reach it.
   */
  async ask(call: Call, path: string, most: number): Promise<Answer> {
    const answer = await this.#exchange("GET", call, path, most);
    const own = answer.status < 400 ? null : OwnStatus.safeParse(parseOrNull(answer.text));
    if (own?.success !== true) return answer;
    throw answerFault(call, answer.status, own.data.reason, this.redact(own.data.message));
  }

  /** The server refuses it with a conflict unless the object still has that resource version. */
  patch(
    call: Call,
    path: string,
    resourceVersion: string,
    operations: readonly PatchOperation[],
  ): Promise<unknown> {
    const precondition = { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion };
    return this.#send("PATCH", call, path, {
      type: "application/json-patch+json",
      text: JSON.stringify([precondition, ...operations]),
    });
  }

  delete(
    call: Call,
    path: string,
    preconditions: { uid: string; resourceVersion: string },
  ): Promise<unknown> {
    return this.#send("DELETE", call, path, {
      type: "application/json",
      text: JSON.stringify({
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Background",
        preconditions,
      }),
    });
  }

  /** A review: it is created to be answered, and nothing is kept. */
  review(call: Call, path: string, body: Json): Promise<unknown> {
    return this.#send("POST", call, path, { type: "application/json", text: JSON.stringify(body) });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  redact(text: string): string {
    let shown = this.#ctx.redact(text);
    for (const secret of this.#access.confidential) shown = shown.replaceAll(secret, "•••");
    return shown;
  }

  async #send(
    method: "GET" | "PATCH" | "DELETE" | "POST",
    call: Call,
    path: string,
    body?: Body,
  ): Promise<unknown> {
    const { status, text } = await this.#exchange(method, call, path, mostBytes, body);
    if (status >= 200 && status < 300) return parse(text, this.#place);
    const said = Status.safeParse(parseOrNull(text));
    throw answerFault(
      call,
      status,
      said.data?.reason ?? "",
      this.redact(said.data?.message ?? text.slice(0, 1000)),
    );
  }

  get #place(): string {
    return `${this.#access.server.protocol}//${this.#access.server.host}`;
  }

  async #exchange(
    method: "GET" | "PATCH" | "DELETE" | "POST",
    call: Call,
    path: string,
    most: number,
    body?: Body,
  ): Promise<Answer> {
    const { server, headers } = this.#access;
    const isWrite = method === "PATCH" || method === "DELETE";
    const place = this.#place;
    if (this.#ctx.signal.aborted)
      throw new Fault(
        "transient",
        "CANCELLED",
        "Stopped before the API server was asked.",
        "Nothing was sent.",
      );
    try {
      const answer = await request(place + server.pathname.replace(/\/$/, "") + path, {
        method,
        headers: {
          ...headers,
          accept: "application/json",
          "user-agent": "lastgood",
          ...(body !== undefined && { "content-type": body.type }),
        },
        body: body?.text ?? null,
        dispatcher: this.#agent,
        signal: AbortSignal.any([this.#ctx.signal, AbortSignal.timeout(this.#ctx.settings.timeoutMs)]),
      });
      return { status: answer.statusCode, text: await readCapped(answer.body, call, most) };
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw connectionFault(call, place, error, isWrite);
    }
  }
}

/** Opens the API server of these settings for as long as `work` takes. Throws Fault. */
export async function withKube<Result>(
  ctx: AdapterContext<Settings>,
  work: (kube: Kube) => Promise<Result>,
): Promise<Result> {
  const kube = new Kube(ctx, await loadAccess(ctx));
  try {
    return await work(kube);
  } finally {
    await kube.close();
  }
}

async function readCapped(body: AsyncIterable<Uint8Array>, call: Call, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most)
      throw new Fault(
        "permanent",
        "TOO_MUCH_OUTPUT",
        `${call.verb} ${call.resource}${call.name === undefined ? "" : ` ${call.name}`}: the answer is larger than ${most / 1024} KiB.`,
        "Check that the kubeconfig leads to an API server, that the namespace is not flooded, and that a pod is asked at the right path.",
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, place: string): unknown {
  const value = parseOrNull(text);
  if (value !== null) return value;
  throw new Fault(
    "permanent",
    "NOT_AN_API_SERVER",
    `${place} answered with something that is not JSON.`,
    "Check that the kubeconfig leads to a Kubernetes API server.",
  );
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What stands before an API server answers in its own ways.
    return null;
  }
}
