import pino from "pino";
import { config } from "#lib/platform/config.ts";

/** Names under which a secret could ever be logged, at the top and one level down. */
const secretNames = [
  "password",
  "passwordHash",
  "secret",
  "secrets",
  "token",
  "clientSecret",
  "authorization",
  "cookie",
  "connectionString",
  "databaseUrl",
];

export type Log = pino.Logger;

/** JSON lines on standard output; `name` says which process or part speaks. */
export function createLog(name: string, destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    name,
    level: config().logLevel,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        ...secretNames,
        ...secretNames.map((secret) => `*.${secret}`),
        "*.headers.authorization",
        "*.headers.cookie",
        "headers.authorization",
        "headers.cookie",
      ],
      censor: "[redacted]",
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
