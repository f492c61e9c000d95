import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

/** The oldest PostgreSQL that is accepted. */
export const oldestPostgres = 14;

/** Turns what `pg` throws while connecting into a sentence for whoever set the address. The password never shows. */
export function databaseFault(url: string, error: unknown): ConfigurationFault {
  const { host, pathname, username } = new URL(url);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const sentence = sentences[code]?.({
    host,
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
  });
  const reason = code !== "" ? code : error instanceof Error ? error.message : "no answer";
  return new ConfigurationFault(
    sentence ??
      `The database at ${host} cannot be reached (${reason}); check DATABASE_URL and that PostgreSQL runs.`,
    { cause: error },
  );
}

type Names = { host: string; database: string; user: string };

const sentences: Readonly<Record<string, (names: Names) => string>> = {
  "28P01": ({ host, user }) => `PostgreSQL at ${host} refuses the password of "${user}"; check DATABASE_URL.`,
  "28000": ({ host, user, database }) =>
    `PostgreSQL at ${host} does not let "${user}" into "${database}"; check DATABASE_URL and pg_hba.conf.`,
  "3D000": ({ host, database }) =>
    `PostgreSQL at ${host} has no database "${database}"; create it or correct DATABASE_URL.`,
  "42501": ({ user, database }) =>
    `"${user}" may not create tables in the database "${database}"; let Lastgood connect as the database's owner once.`,
  "53300": ({ host }) => `PostgreSQL at ${host} has no connection left; raise its max_connections.`,
};
