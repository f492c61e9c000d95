/**
 * @param {unknown} error
 * @returns {never}
 */
export function exitWithReason(error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
