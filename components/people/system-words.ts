/** `everywhere`, or `in shop`. */
export function systemWords(system: string): string {
  return system === "*" ? "everywhere" : `in ${system}`;
}
