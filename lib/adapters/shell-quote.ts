const plain = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/**
 * One word of a POSIX shell, for people to copy; the product itself never starts a shell. Whatever the text holds, the
 * shell passes it on unchanged as one argument. Throws a TypeError for NUL, which no argument can hold.
 */
export function shellQuote(word: string): string {
  if (word.includes("\0")) throw new TypeError("An argument cannot hold a NUL character.");
  return plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An argument vector as a line for people. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}

/** The shell variable that stands for a secret: `apiToken` is `$API_TOKEN`. */
export function shellVariable(secretName: string): string {
  return secretName
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9_]/g, "_")
    .toUpperCase();
}
