import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { openSocket, secured } from "#lib/adapters/guarded-socket.ts";
import type { Settings } from "#lib/adapters/tcp-check/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const mostBytes = 4096;
const dayMs = 86_400_000;

export const checkTcp = checkExecutor<Settings, CheckDesired>(async (ctx) => {
  const { settings } = ctx;
  const began = performance.now();
  const plain = await openSocket(ctx, settings);
  try {
    const socket = settings.tls ? await secured(plain, ctx, settings) : plain;
    const took = `${settings.host}:${settings.port} took the connection within ${Math.round(performance.now() - began)} ms.`;
    const said = [took];
    if (socket instanceof TLSSocket) said.push(certificateOf(socket, settings));
    if (settings.banner !== undefined) said.push(await bannerOf(socket, settings.banner, ctx));
    return [evidence(settings.title, true, said.join(" "))];
  } finally {
    plain.destroy();
  }
});

function certificateOf(socket: TLSSocket, { title, certificateDays }: Settings): string {
  const { valid_to: validTo } = socket.getPeerCertificate();
  const until = new Date(validTo);
  const days = Math.floor((until.getTime() - Date.now()) / dayMs);
  if (certificateDays !== undefined && !(days >= certificateDays))
    throw new Fault(
      "permanent",
      "CERTIFICATE_EXPIRES",
      `${title}: the certificate is valid for ${days} more days, and ${certificateDays} are wanted.`,
      "Renew it; looking again does not help.",
    );
  return `Its certificate is valid until ${until.toISOString()}.`;
}

async function bannerOf(socket: Socket, wanted: string, ctx: Context): Promise<string> {
  const { settings } = ctx;
  const text = await firstWords(socket, wanted, ctx);
  const seen = excerpt(ctx.redact(text), 200);
  if (text.includes(wanted)) return `It says: ${seen}`;
  throw new Fault(
    "transient",
    "CHECK_FAILED",
    `${settings.title}: it ${text === "" ? "says nothing" : `says: ${seen}`}, and not what is expected.`,
    "It is checked again within its limit; look at what listens there.",
  );
}

/** What comes until the wanted text is there, 4 KiB are full, the other side ends, or the time is over. */
function firstWords(socket: Socket, wanted: string, { settings, signal }: Context): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve(text);
    };
    const timer = setTimeout(end, settings.timeoutMs);
    signal.addEventListener("abort", end, { once: true });
    // A connection that is cut has said what it had to say.
    socket.once("error", end).once("close", end);
    socket.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString("latin1")).slice(0, mostBytes);
      if (text.includes(wanted) || text.length >= mostBytes) end();
    });
    if (settings.send !== undefined) socket.write(`${settings.send}\r\n`);
  });
}
