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

/** A moment as a date field writes it, read as UTC; null where it is none. */
export function instantOf(given: Given): Date | null {
  const text = textOf(given);
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null;
  const at = new Date(`${text}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}
