import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

/** The environment, parsed. Times in the unit of their name. */
export type Config = {
  /** An external PostgreSQL; undefined: the embedded one below the data folder. */
  databaseUrl: string | undefined;
  /** Absolute. */
  dataFolder: string;
  /** Where `file:` references of targets may read from. Absolute. */
  secretsFolder: string;
  /** The private keys of stored secrets, for workers; undefined: in the data folder. Absolute. */
  secretsKeyFile: string | undefined;
  host: string;
  port: number;
  statusPort: number;
  /** The address people open, without a slash at the end. */
  url: string;
  hasSandbox: boolean;
  logLevel: LogLevel;
  /** A worker that was not heard of for this long has lost its runs. */
  leaseSeconds: number;
  /** Shorter limits than the playbooks', for tests and drills. */
  rollbackSeconds: number | undefined;
  healthSeconds: number | undefined;
  draftMinutes: number;
  /** Shorter times than the playbooks' for an approval, for asking the next and for offering the emergency. */
  approvalMinutes: number | undefined;
  askNextSeconds: number | undefined;
  emergencyOfferSeconds: number | undefined;
  handOverSeconds: number | undefined;
  debtSeconds: number | undefined;
  /** What signs sessions; undefined: kept in the data folder, see sessionSecret(). */
  secret: string | undefined;
  oidc:
    | {
        issuer: string;
        clientId: string;
        clientSecret: string;
        /** What the button says. */
        title: string;
        /** The role that people get who come for the first time; undefined: none until someone grants one. */
        defaultRole: "viewer" | undefined;
      }
    | undefined;
  /** How many reverse proxies of one's own stand before the web process and write X-Forwarded-For. */
  trustedProxies: number;
};

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
type LogLevel = (typeof logLevels)[number];
type Environment = Readonly<Record<string, string | undefined>>;

const wholeNumber = (min: number, max: number) =>
  z.string().transform((text, context) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    context.addIssue(`must be a whole number between ${min} and ${max}`);
    return z.NEVER;
  });

const address = (protocols: readonly string[], words: string) =>
  z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ""), { error: words });

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

const Variables = z.object({
  DATABASE_URL: address(
    ["postgres:", "postgresql:"],
    "must look like postgresql://user:password@host:5432/database",
  )
    .refine((text) => (URL.parse(text)?.pathname.length ?? 0) > 1, {
      error: "must name a database after the host",
    })
    .optional(),
  LASTGOOD_DATA: z.string().optional(),
  LASTGOOD_SECRETS_DIR: z.string().optional(),
  LASTGOOD_SECRETS_KEY_FILE: z.string().optional(),
  LASTGOOD_HOST: z
    .string()
    .regex(/^[\w.:-]+$/, { error: "must be a host name or an IP address" })
    .default("127.0.0.1"),
  PORT: wholeNumber(1, 65_535).default(3000),
  STATUS_PORT: wholeNumber(1, 65_535).default(3001),
  LASTGOOD_URL: address(["http:", "https:"], "must start with http:// or https://")
    .refine((text) => URL.parse(text)?.pathname === "/", { error: "must end after the host and port" })
    .optional(),
  LASTGOOD_SANDBOX: oneOf(["on", "off"]).default("on"),
  LASTGOOD_LOG_LEVEL: oneOf(logLevels).default("info"),
  LASTGOOD_LEASE_SECONDS: wholeNumber(1, 300).default(5),
  LASTGOOD_ROLLBACK_SECONDS: wholeNumber(1, 86_400).optional(),
  LASTGOOD_HEALTH_SECONDS: wholeNumber(1, 86_400).optional(),
  LASTGOOD_DRAFT_MINUTES: wholeNumber(1, 10_080).default(60),
  LASTGOOD_APPROVAL_MINUTES: wholeNumber(1, 10_080).optional(),
  LASTGOOD_ASK_NEXT_SECONDS: wholeNumber(1, 86_400).optional(),
  LASTGOOD_EMERGENCY_OFFER_SECONDS: wholeNumber(1, 86_400).optional(),
  LASTGOOD_HAND_OVER_SECONDS: wholeNumber(1, 600).optional(),
  LASTGOOD_DEBT_SECONDS: wholeNumber(1, 2_592_000).optional(),
  LASTGOOD_SECRET: z.string().min(32, { error: "must have at least 32 characters" }).optional(),
  LASTGOOD_OIDC_ISSUER: address(["http:", "https:"], "must start with http:// or https://").optional(),
  LASTGOOD_OIDC_CLIENT_ID: z.string().optional(),
  LASTGOOD_OIDC_CLIENT_SECRET: z.string().optional(),
  LASTGOOD_OIDC_TITLE: z.string().max(60).default("Single sign-on"),
  LASTGOOD_OIDC_DEFAULT_ROLE: oneOf(["viewer"]).optional(),
  LASTGOOD_TRUSTED_PROXIES: wholeNumber(0, 5).default(0),
});

/** Their values are never repeated in a message. */
const secretVariables = new Set(["DATABASE_URL", "LASTGOOD_SECRET", "LASTGOOD_OIDC_CLIENT_SECRET"]);

let parsed: Config | undefined;

/** The environment of this process, parsed once. Throws ConfigurationFault. */
export function config(): Config {
  return (parsed ??= parseConfig(process.env));
}

/**
 * Reads the variables of PRODUCT.md §7; an empty one counts as not set, and NAME_FILE gives a secret by file.
 * Throws ConfigurationFault with one sentence for each thing wrong.
 */
export function parseConfig(environment: Environment): Config {
  const variables = withSecretFiles(
    Object.fromEntries(
      Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
    ),
  );
  const { data, error } = Variables.safeParse(variables);
  if (error !== undefined) {
    // The first fault of a variable explains the others.
    const firsts = new Map(error.issues.toReversed().map((issue) => [issue.path[0], issue]));
    const issues = [...firsts.values()].toReversed();
    throw new ConfigurationFault(issues.map((issue) => sentence(issue, variables)).join("\n"));
  }
  if (data.PORT === data.STATUS_PORT) {
    throw new ConfigurationFault(`PORT and STATUS_PORT must differ, but both are ${data.PORT}.`);
  }
  const dataFolder = path.resolve(/* turbopackIgnore: true */ data.LASTGOOD_DATA ?? ".lastgood");
  return {
    databaseUrl: data.DATABASE_URL,
    dataFolder,
    secretsFolder: path.resolve(
      /* turbopackIgnore: true */ data.LASTGOOD_SECRETS_DIR ?? path.join(dataFolder, "secrets.d"),
    ),
    secretsKeyFile:
      data.LASTGOOD_SECRETS_KEY_FILE === undefined
        ? undefined
        : path.resolve(/* turbopackIgnore: true */ data.LASTGOOD_SECRETS_KEY_FILE),
    host: data.LASTGOOD_HOST,
    port: data.PORT,
    statusPort: data.STATUS_PORT,
    url: new URL(data.LASTGOOD_URL ?? `http://127.0.0.1:${data.PORT}`).origin,
    hasSandbox: data.LASTGOOD_SANDBOX === "on",
    logLevel: data.LASTGOOD_LOG_LEVEL,
    leaseSeconds: data.LASTGOOD_LEASE_SECONDS,
    rollbackSeconds: data.LASTGOOD_ROLLBACK_SECONDS,
    healthSeconds: data.LASTGOOD_HEALTH_SECONDS,
    draftMinutes: data.LASTGOOD_DRAFT_MINUTES,
    approvalMinutes: data.LASTGOOD_APPROVAL_MINUTES,
    askNextSeconds: data.LASTGOOD_ASK_NEXT_SECONDS,
    emergencyOfferSeconds: data.LASTGOOD_EMERGENCY_OFFER_SECONDS,
    handOverSeconds: data.LASTGOOD_HAND_OVER_SECONDS,
    debtSeconds: data.LASTGOOD_DEBT_SECONDS,
    secret: data.LASTGOOD_SECRET,
    oidc: oidcOf(data),
    trustedProxies: data.LASTGOOD_TRUSTED_PROXIES,
  };
}

function oidcOf(data: z.infer<typeof Variables>): Config["oidc"] {
  const names = ["LASTGOOD_OIDC_ISSUER", "LASTGOOD_OIDC_CLIENT_ID", "LASTGOOD_OIDC_CLIENT_SECRET"] as const;
  const [issuer, clientId, clientSecret] = names.map((name) => data[name]);
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return {
      issuer,
      clientId,
      clientSecret,
      title: data.LASTGOOD_OIDC_TITLE,
      defaultRole: data.LASTGOOD_OIDC_DEFAULT_ROLE,
    };
  }
  const missing = names.filter((name) => data[name] === undefined);
  if (missing.length === names.length) return undefined;
  throw new ConfigurationFault(
    `OpenID Connect needs ${names.join(", ")}, but ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set.`,
  );
}

function withSecretFiles(variables: Environment): Environment {
  const result: Record<string, string | undefined> = { ...variables };
  for (const name of secretVariables) {
    const file = variables[`${name}_FILE`];
    if (file === undefined || result[name] !== undefined) continue;
    try {
      result[name] = fs.readFileSync(file, "utf8").trim();
    } catch (error) {
      throw new ConfigurationFault(`${name}_FILE names a file that cannot be read: ${file}.`, {
        cause: error,
      });
    }
  }
  return result;
}

function sentence(issue: z.core.$ZodIssue, variables: Environment): string {
  const name = String(issue.path[0]);
  if (secretVariables.has(name)) return `${name} ${issue.message}.`;
  return `${name} ${issue.message}, but is "${variables[name] ?? ""}".`;
}
