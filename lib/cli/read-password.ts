import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

/** A password from standard input: one line, its line end not counted. Throws ConfigurationFault when there is none. */
export async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write("Password, then Enter and Ctrl-D (it will be visible): ");
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const password = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (password === "") throw new ConfigurationFault("No password came on standard input.");
  if (/[\r\n]/.test(password))
    throw new ConfigurationFault("A password is one line, but more came on standard input.");
  return password;
}
