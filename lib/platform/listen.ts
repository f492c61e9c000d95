import pg from "pg";
import { databaseUrl } from "#lib/platform/db/client.ts";
import { createLog, type Log } from "#lib/platform/log.ts";

const channel = "lastgood";
const retryMs = [100, 250, 500, 1000, 2000];

export type Listener = { close: () => Promise<void> };

type Options = {
  /** Called for every notification, in order, one at a time. What it throws is logged. */
  onPayload: (payload: string) => void | Promise<void>;
  /** Called when listening begins, and again after each gap: what was sent meanwhile is lost, so look for it. */
  onConnected?: () => void | Promise<void>;
  url?: string;
  log?: Log;
};

/** Listens on the channel `lastgood` over one connection of its own, and connects again for as long as it takes. */
export async function listen(options: Options): Promise<Listener> {
  const log = options.log ?? createLog("listen");
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let attempt = 0;
  let isClosed = false;
  let queue = Promise.resolve();

  const inOrder = (work: () => void | Promise<void>): void => {
    queue = queue.then(work).catch((error: unknown) => log.error({ err: error }, "a listener failed"));
  };
  const connectLater = (): void => {
    if (isClosed || timer !== undefined) return;
    const delay = retryMs[Math.min(attempt++, retryMs.length - 1)] ?? 2000;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, delay);
  };
  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: options.url ?? databaseUrl(),
      application_name: "lastgood listen",
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 10_000,
    });
    next.on("notification", ({ payload }) => inOrder(() => options.onPayload(payload ?? "")));
    next.on("error", (error) => log.warn({ err: error }, "the connection for notifications was lost"));
    next.on("end", () => {
      if (client === next) connectLater();
    });
    client = next;
    try {
      await next.connect();
      await next.query(`LISTEN ${channel}`);
    } catch (error) {
      log.warn({ err: error }, "notifications cannot be received yet");
      client = undefined;
      await next.end().catch((reason: unknown) => log.debug({ err: reason }, "closing a failed connection"));
      connectLater();
      return;
    }
    if (isClosed) return next.end();
    attempt = 0;
    inOrder(() => options.onConnected?.());
  };

  await connect();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      const last = client;
      client = undefined;
      await last?.end();
      await queue;
    },
  };
}
