import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

const mostBytes = 64 * 1024 * 1024;
/** The code of the error of a connection that was cut because of what the server sent. */
export const tooMuch = "TOO_MUCH_OUTPUT";

const watchMs = 50;
const partingMs = 1000;

/**
 * The password as the client takes it. A function, because for an empty text it would look for a password of the
 * worker's own, in PGPASSWORD and in the password file, and send that.
 */
export const givenPassword = (secret: string | undefined) => (): string => secret ?? "";

/** A client whose session is told what stands here, and nothing from the variables of the worker (PGOPTIONS and such). */
export function ownClient(config: OwnConfig): pg.Client {
  const client = new pg.Client({ ...config, ...otherwiseFromVariables });
  const { connectionParameters } = client as pg.Client & { connectionParameters: object };
  // An empty text in the configuration counts as none.
  Object.assign(connectionParameters, { options: undefined, replication: undefined });
  return client;
}

type OwnConfig = pg.ClientConfig &
  Required<
    Pick<
      pg.ClientConfig,
      | "host"
      | "port"
      | "user"
      | "database"
      | "password"
      | "ssl"
      | "application_name"
      | "connectionTimeoutMillis"
    >
  >;

const otherwiseFromVariables = { client_encoding: "UTF8", sslnegotiation: "postgres" } as const;

/** Cuts the connection once the server has sent more than 64 MiB in all. Returns what ends the watch. */
export function boundAnswers(client: pg.Client): () => void {
  const timer = setInterval(() => {
    const stream = streamOf(client);
    if (stream.bytesRead > mostBytes)
      stream.destroy(Object.assign(new Error("the server sent more than 64 MiB"), { code: tooMuch }));
  }, watchMs);
  return () => clearInterval(timer);
}

/** Takes leave of the server, and cuts the connection when the server does not let go within a second. Never throws. */
export async function partFrom(client: pg.Client): Promise<void> {
  const patience = new AbortController();
  const { signal } = patience;
  const cut = delay(partingMs, undefined, { signal }).then(
    () => void streamOf(client).destroy(),
    () => undefined,
  );
  await Promise.race([client.end().catch(() => undefined), cut]);
  patience.abort();
}

type Cuttable = Pick<Socket, "bytesRead" | "destroy">;

const streamOf = (client: pg.Client): Cuttable => client.connection.stream as unknown as Cuttable;
