/** What may stand at one place of an encoded secret. */
type Position = readonly string[];
/** One way that a piece of a secret may be written: place after place, each with its alternatives. */
export type Pattern = readonly Position[];

/** Longer secrets are looked for piece by piece, so that a part of one is found as well. */
const pieceLength = 256;
const shortestLine = 8;

/**
 * Every way that a secret may appear in text: as it is, escaped for JSON (once or twice), URLs and forms, in
 * hexadecimal with or without separators, in base64 and base64url at any alignment, wrapped or not. The lines of a
 * secret of several lines count as secrets of their own, and so does what it calls a token, a password or a key.
 */
export function patternsOf(secret: string): Pattern[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= shortestLine && line !== secret);
  const values = Array.from(secret.matchAll(credential), ([, value]) => value ?? "");
  const wanted = new Set([secret, ...lines, ...values].flatMap(pieces));
  return Array.from(wanted).flatMap((piece) => {
    const bytes = Buffer.from(piece, "utf8");
    return [
      Array.from(piece, escapes),
      Array.from(bytes, hexadecimal),
      ...base64Alignments(bytes).map((digits) => Array.from(digits, base64Digit)),
    ];
  });
}

/** What follows a name such as `token:`, `PASSWORD=` or `"client-key-data":`, as kubeconfigs and environment files have it. */
const credential =
  /(?:token|password|passwd|secret|key|credential)[\w.-]{0,20}["']?\s?[:=]\s?["']?([^\s"',}]{8,})/gi;

function pieces(text: string): string[] {
  const characters = Array.from(text);
  if (characters.length <= pieceLength * 2) return [text];
  const found: string[] = [];
  for (let from = 0; from < characters.length; from += pieceLength) {
    const piece = characters.slice(from, from + pieceLength);
    // A last piece of a few characters would be found everywhere.
    found.push((piece.length < 16 ? characters.slice(-pieceLength) : piece).join(""));
  }
  return found;
}

function escapes(character: string): Position {
  const percent = [...Buffer.from(character, "utf8")].map((byte) => `%${hex(byte)}`).join("");
  const unicode = Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
  const json = JSON.stringify(character).slice(1, -1);
  const forms = new Set([character, json, JSON.stringify(json).slice(1, -1)]);
  for (const form of [percent, unicode, `\\${unicode}`])
    for (const cased of bothCases(form)) forms.add(cased);
  if (character === " ") forms.add("+");
  if (character === "/") forms.add("\\/");
  if (character === "\n") forms.add("\r\n");
  if (/[&<>"']/.test(character)) for (const form of htmlEscapes[character] ?? []) forms.add(form);
  return [...forms];
}

const htmlEscapes: Record<string, string[]> = {
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;", "&#34;"],
  "'": ["&#39;", "&#x27;", "'\\''"],
};

function hexadecimal(byte: number, index: number): Position {
  const digits = bothCases(hex(byte));
  const separators = ["", ":", " ", "-", "\\x", "0x", ", 0x", " 0x", "\n"];
  return index === 0 ? digits : separators.flatMap((separator) => digits.map((pair) => separator + pair));
}

/** The digits that do not depend on what stands before and after the bytes, for each of the three alignments. */
function base64Alignments(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const stable = digits.slice(first, last);
    return stable.length >= 4 ? [stable] : [];
  });
}

function base64Digit(digit: string, index: number): Position {
  const same =
    digit === "+" ? ["+", "-", "%2B", "%2b"] : digit === "/" ? ["/", "_", "%2F", "%2f", "\\/"] : [digit];
  return index === 0 ? same : ["", "\n", "\r\n", "\\n"].flatMap((wrap) => same.map((one) => wrap + one));
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/** As it is, and with its hexadecimal digits in either case. */
function bothCases(text: string): string[] {
  const head = text.includes("u") ? text.slice(0, text.indexOf("u") + 1) : "";
  return mixedCases(text.slice(head.length)).map((tail) => head + tail);
}

function mixedCases(text: string): string[] {
  const letters = text.match(/[a-f]/g)?.length ?? 0;
  if (letters > 6) return [text, text.toUpperCase()];
  return Array.from(text).reduce<string[]>(
    (heads, digit) =>
      heads.flatMap((head) => Array.from(new Set([digit, digit.toUpperCase()]), (one) => head + one)),
    [""],
  );
}
