export type Tally = { passed: number; failed: number; skipped: number };

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

export const add = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** Runs the tasks, so many at a time, and sums what they came to. */
export async function inParallel(most: number, tasks: readonly (() => Promise<Tally>)[]): Promise<Tally> {
  const waiting = [...tasks];
  const tallies: Tally[] = [];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) tallies.push(await task());
  };
  await Promise.all(Array.from({ length: most }, work));
  return tallies.reduce(add, nothing);
}

/** The last line of a test run, which scripts read. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** A run in which nothing passed has shown nothing. */
export const isGood = ({ passed, failed }: Tally): boolean => failed === 0 && passed > 0;
