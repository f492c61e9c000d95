/** The headers of a Fetch request or of a Node one. */
export type HeaderSource =
  Pick<Headers, "get"> | Readonly<Record<string, string | readonly string[] | undefined>>;

/** One header, by its lower-case name. Null when it is absent. */
export function headerOf(headers: HeaderSource, name: string): string | null {
  if (hasGet(headers)) return headers.get(name);
  const value = headers[name];
  if (value === undefined) return null;
  return typeof value === "string" ? value : value.join(name === "cookie" ? "; " : ", ");
}

function hasGet(headers: HeaderSource): headers is Pick<Headers, "get"> {
  return typeof headers.get === "function";
}
