/** Calls `end` when the process that started this one is gone, however it went: its end of our stdin closes then. */
export const followParentByStdin = (end: () => void): void => {
  process.stdin.once("end", end).once("close", end).once("error", end);
  process.stdin.resume();
};

/** The same where stdin says nothing: an orphan is given to another parent. Looks twice a second. */
export const followParentById = (end: () => void): void => {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, 500);
  timer.unref();
};
