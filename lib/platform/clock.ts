/** The time of this machine. Passed as an argument wherever a decision depends on it, so that tests can set it. */
export type Clock = { now: () => Date };

export const clock: Clock = { now: () => new Date() };
