import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

/**
 * A secret from standard input: all of it, the last line end not counted; at a terminal one line, which is not shown.
 * Throws ConfigurationFault when there is none.
 */
export async function readSecret(): Promise<string> {
  const text = process.stdin.isTTY ? await hiddenLine() : await wholeInput();
  if (text === "") throw new ConfigurationFault("No secret came on standard input.");
  return text;
}

async function wholeInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

function hiddenLine(): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write("Secret (not shown), then Enter: ");
  stdin.setRawMode(true);
  return new Promise((resolve, reject) => {
    let text = "";
    const end = (settle: () => void): void => {
      stdin.off("data", take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
      settle();
    };
    const take = (chunk: Buffer): void => {
      for (const character of chunk.toString("utf8")) {
        if (character === "\r" || character === "\n") {
          end(() => resolve(text));
          return;
        }
        if (character === "\u0003" || character === "\u0004") {
          end(() => reject(new ConfigurationFault("Nothing was set.")));
          return;
        }
        text =
          character === "\u007f" || character === "\b"
            ? Array.from(text).slice(0, -1).join("")
            : text + character;
      }
    };
    stdin.on("data", take);
    stdin.resume();
  });
}
