const graceMs = 2000;

/** For an adapter that does not heed its signal: rejects a little after the signal. */
export function deaf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => {
      setTimeout(() => reject(new Error("The adapter did not stop when told to.")), graceMs).unref();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
