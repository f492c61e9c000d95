import { shellQuote, shellVariable } from "#lib/adapters/shell-quote.ts";

/** The HTTP call as a person would make it; a bearer token stands as a shell variable. */
export function curlCommand(call: {
  method?: "GET" | "POST";
  url: string;
  /** Name of the secret that is sent as bearer token, if the target has it. */
  bearer?: string | undefined;
  headers?: Record<string, string>;
  body?: string | undefined;
}): string {
  const words = ["curl -fsS"];
  if (call.method === "POST") words.push("-X POST");
  if (call.bearer !== undefined) words.push(`-H "Authorization: Bearer $${shellVariable(call.bearer)}"`);
  for (const [name, value] of Object.entries(call.headers ?? {}))
    words.push(`-H ${shellQuote(`${name}: ${value}`)}`);
  if (call.body !== undefined) words.push(`--data-raw ${shellQuote(call.body)}`);
  words.push(shellQuote(call.url));
  return words.join(" ");
}
