import type { Settings } from "#lib/adapters/celery-check/schema.ts";

/** What Python is told, after its own path. The broker's address stands in a variable, never here. */
export function pingArguments({ app, replySeconds }: Settings): string[] {
  const application = app === undefined ? [] : ["-A", app];
  return [
    "-B",
    "-m",
    "celery",
    ...application,
    "inspect",
    "--timeout",
    String(replySeconds),
    "--json",
    "ping",
  ];
}
