/** What stands after the question mark, as Next gives it to a page. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;
type Given = string | string[] | undefined;

/** One text of at most 500 characters; null for none, several or more. */
export function textOf(given: Given): string | null {
  return typeof given === "string" && given.trim() !== "" && given.length <= 500 ? given.trim() : null;
}

/** One of the choices, or null. */
export function oneOf<T extends string>(given: Given, choices: readonly T[]): T | null {
  return choices.find((choice) => choice === given) ?? null;
}
