/**
 * One line for one long step: "Building (about 20 s)…  done 18 s".
 *
 * @template T
 * @param {NodeJS.WritableStream} output
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function progress(output, title, work) {
  const start = Date.now();
  output.write(`${title}…`);
  try {
    const result = await work();
    output.write(`  done ${Math.max(1, Math.round((Date.now() - start) / 1000))} s\n`);
    return result;
  } catch (error) {
    output.write("  failed\n");
    throw error;
  }
}
