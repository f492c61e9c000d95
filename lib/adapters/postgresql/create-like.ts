import { literal, quoted } from "#lib/adapters/postgresql/names.ts";
import type { Sql } from "#lib/adapters/postgresql/server.ts";

type Like = {
  owner: string;
  encoding: string;
  collate: string;
  ctype: string;
  icu: string | null;
  /** Null: where new databases are made anyway. */
  tablespace: string | null;
};

/** Settings whose value is a list of names; each is quoted by itself. */
const lists = new Set([
  "search_path",
  "temp_tablespaces",
  "local_preload_libraries",
  "session_preload_libraries",
  "shared_preload_libraries",
  "unix_socket_directories",
]);

/**
 * Makes an empty database with owner, encoding and collation of another. It refuses connections until it is marked:
 * one that was made and not marked, because its maker died, has never been used. `isOwned: false`: it belongs to us.
 */
export async function createLike(
  sql: Sql,
  name: string,
  oid: number | null,
  isOwned: boolean,
): Promise<void> {
  const [like] = oid === null ? [] : await likeRows(sql, oid);
  const words = [`CREATE DATABASE ${quoted(name)} TEMPLATE template0 ALLOW_CONNECTIONS false`];
  if (like !== undefined) {
    words.push(`ENCODING ${literal(like.encoding)}`);
    words.push(`LC_COLLATE ${literal(like.collate)} LC_CTYPE ${literal(like.ctype)}`);
    if (like.icu !== null) words.push(`LOCALE_PROVIDER icu ICU_LOCALE ${literal(like.icu)}`);
    if (isOwned) words.push(`OWNER ${quoted(like.owner)}`);
    if (isOwned && like.tablespace !== null) words.push(`TABLESPACE ${quoted(like.tablespace)}`);
  }
  await sql.act(words.join(" "));
}

async function likeRows(sql: Sql, oid: number): Promise<Like[]> {
  const icu =
    "to_jsonb(d) ->> (CASE WHEN to_jsonb(d) ? 'datlocale' THEN 'datlocale' ELSE 'daticulocale' END)";
  return sql.rows<Like>(
    `SELECT r.rolname AS owner, pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collate,
       d.datctype AS ctype, CASE WHEN to_jsonb(d) ->> 'datlocprovider' = 'i' THEN ${icu} END AS icu,
       CASE WHEN d.dattablespace <> (SELECT dattablespace FROM pg_database WHERE datname = 'template0')
         THEN t.spcname END AS tablespace
     FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba JOIN pg_tablespace t ON t.oid = d.dattablespace
     WHERE d.oid = $1`,
    [oid],
  );
}

/** Gives a database the grants and settings that another has: no dump holds them. */
export async function copyProperties(sql: Sql, oid: number, name: string): Promise<void> {
  const database = quoted(name);
  const grants = await sql.rows<{ grantee: string | null; privilege: string; grantable: boolean }>(
    `SELECT r.rolname AS grantee, a.privilege_type AS privilege, a.is_grantable AS grantable
     FROM pg_database d, aclexplode(d.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE d.oid = $1 AND d.datacl IS NOT NULL AND a.grantee <> d.datdba`,
    [oid],
  );
  const [acl] = await sql.rows<{ own: boolean }>(
    "SELECT datacl IS NOT NULL AS own FROM pg_database WHERE oid = $1",
    [oid],
  );
  if (acl?.own === true) await sql.act(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  for (const { grantee, privilege, grantable } of grants)
    await sql.act(
      `GRANT ${privilege} ON DATABASE ${database} TO ${grantee === null ? "PUBLIC" : quoted(grantee)}${grantable ? " WITH GRANT OPTION" : ""}`,
    );
  const settings = await sql.rows<{ role: string | null; setting: string }>(
    `SELECT r.rolname AS role, unnest(s.setconfig) AS setting
     FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole WHERE s.setdatabase = $1`,
    [oid],
  );
  for (const { role, setting } of settings) {
    const at = setting.indexOf("=");
    const key = setting.slice(0, at);
    const value = setting.slice(at + 1);
    const words = lists.has(key) ? namesIn(value).map(literal).join(", ") || "''" : literal(value);
    const who = role === null ? `DATABASE ${database}` : `ROLE ${quoted(role)} IN DATABASE ${database}`;
    await sql.act(`ALTER ${who} SET ${key.split(".").map(quoted).join(".")} TO ${words}`);
  }
}

/** The names in a list such as `"$user", public`. */
function namesIn(value: string): string[] {
  return [...value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, inQuotes, plain]) =>
    inQuotes === undefined ? (plain ?? "") : inQuotes.replaceAll('""', '"'),
  );
}
