const good = new Set([
  "healthy",
  "ok",
  "up",
  "pass",
  "passing",
  "good",
  "ready",
  "running",
  "serving",
  "true",
]);

/** Whether a health field says healthy; null when it says nothing. */
export function isHealthyWord(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  return good.has(value.trim().toLowerCase());
}
