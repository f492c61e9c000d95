/** Gives the same value again for a while: for what anyone may ask, as often as they like. A failure is not kept. */
export function remembered<T>(load: () => Promise<T>, milliseconds: number): () => Promise<T> {
  let value: Promise<T> | undefined;
  let until = 0;
  return () => {
    const now = performance.now();
    if (value === undefined || now >= until) {
      const fresh = load();
      value = fresh;
      until = now + milliseconds;
      fresh.catch(() => {
        if (value === fresh) value = undefined;
      });
    }
    return value;
  };
}
