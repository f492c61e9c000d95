import type { Socket } from "node:net";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { openSocket, secured } from "#lib/adapters/guarded-socket.ts";
import { clientFrame, FrameReader, opcodes } from "#lib/adapters/websocket-check/frames.ts";
import type { Frame } from "#lib/adapters/websocket-check/frames.ts";
import { openWebSocket } from "#lib/adapters/websocket-check/handshake.ts";
import type { Settings } from "#lib/adapters/websocket-check/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

export const checkWebSocket = checkExecutor<Settings, CheckDesired>(async (ctx) => {
  const { settings, secrets } = ctx;
  const url = new URL(settings.url);
  const isSecure = url.protocol === "wss:";
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  const place = { host: url.hostname, port, timeoutMs: settings.timeoutMs };
  const deadline = AbortSignal.timeout(settings.timeoutMs);
  const signal = AbortSignal.any([ctx.signal, deadline]);
  const began = performance.now();
  const plain = await openSocket(ctx, place);
  try {
    const socket = isSecure ? await secured(plain, ctx, place) : plain;
    const token = secrets["token"];
    const headers = {
      ...(settings.origin !== undefined && { origin: settings.origin }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const { protocol, head } = await openWebSocket({
      socket,
      url,
      headers,
      protocols: settings.protocols,
      signal,
    });
    const took = Math.round(performance.now() - began);
    const said = [`The WebSocket was open after ${took} ms${protocol === null ? "" : ` with ${protocol}`}.`];
    said.push(...(await converse(socket, head, ctx, signal)));
    return [evidence(settings.title, true, said.join(" "))];
  } finally {
    plain.destroy();
  }
});

/** Pings, sends and listens as the settings say. Throws Fault `transient` when the answer is not as expected. */
async function converse(socket: Socket, head: Buffer, ctx: Context, signal: AbortSignal): Promise<string[]> {
  const { settings } = ctx;
  const awaited = new Set<"pong" | "message">();
  if (settings.ping) awaited.add("pong");
  if (settings.expect !== undefined) awaited.add("message");
  if (settings.ping) socket.write(clientFrame(opcodes.ping, Buffer.from("lastgood")));
  if (settings.send !== undefined) socket.write(clientFrame(opcodes.text, Buffer.from(settings.send)));
  const said: string[] = [];
  let last = "";
  for await (const frame of frames(socket, head, signal, awaited)) {
    if (frame.opcode === opcodes.ping)
      socket.write(clientFrame(opcodes.pong, frame.payload.subarray(0, 125)));
    else if (frame.opcode === opcodes.pong && frame.payload.toString() === "lastgood") {
      if (awaited.delete("pong")) said.push("It answered the ping.");
    } else if (frame.opcode <= opcodes.binary) {
      last = frame.payload.toString("utf8");
      if (settings.expect !== undefined && last.includes(settings.expect) && awaited.delete("message"))
        said.push(`It said: ${excerpt(ctx.redact(last), 200)}`);
    }
    if (awaited.size === 0) break;
  }
  socket.write(clientFrame(opcodes.close, Buffer.from([0x03, 0xe8])));
  if (awaited.size === 0) return said;
  const missing = awaited.has("pong") ? "no pong came" : "the expected message did not come";
  const heard = last === "" ? "" : ` Last heard: ${excerpt(ctx.redact(last), 200)}`;
  throw new Fault(
    "transient",
    "CHECK_FAILED",
    `${settings.title}: the WebSocket opened, but ${missing} within ${settings.timeoutMs} ms.${heard}`,
    "It is checked again within its limit; look at the service behind the socket.",
  );
}

/** What the server sends, until it closes, or the time is over, or nothing more is awaited. */
async function* frames(
  socket: Socket,
  head: Buffer,
  signal: AbortSignal,
  awaited: ReadonlySet<string>,
): AsyncGenerator<Frame> {
  const reader = new FrameReader();
  const end = (): void => void socket.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    if (awaited.size === 0) return;
    yield* reader.read(head);
    for await (const chunk of socket) {
      for (const frame of reader.read(chunk as Buffer)) {
        if (frame.opcode === opcodes.close) return;
        yield frame;
      }
    }
  } catch (error) {
    // A connection that is cut, or that speaks something else, gives no more messages.
    if (!(error instanceof RangeError) && !isCut(error)) throw error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

const isCut = (error: unknown): boolean => error instanceof Error && "code" in error;
