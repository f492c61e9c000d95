/** Tells a person at a terminal what is happening, one line for one step: "Starting the database…  done 1 s". */
export async function step<R>(title: string, work: () => Promise<R>): Promise<R> {
  const start = Date.now();
  process.stdout.write(`${title}…`);
  try {
    const result = await work();
    process.stdout.write(`  done ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write("  failed\n");
    throw error;
  }
}

export const say = (sentence: string): void => {
  process.stdout.write(`${sentence}\n`);
};
