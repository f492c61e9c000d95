import { Fault } from "#lib/domain/errors.ts";

export const word = (enabled: boolean): string => (enabled ? "on" : "off");

/** For rest calls about one flag. */
export const flagGone = (name: string, place: string) => ({
  code: "FLAG_MISSING",
  message: `There is no flag ${name} in ${place}.`,
  advice: "Check the name in the settings; a flag that was deleted is off for whoever asks for it.",
});

export const flagMissing = (name: string, place: string): Fault => {
  const { code, message, advice } = flagGone(name, place);
  return new Fault("permanent", code, message, advice);
};

/** Caches are refreshed now and then, so that it may be as wanted at the next look. */
export const notYet = (name: string, enabled: boolean, who: string): Fault =>
  new Fault(
    "transient",
    "NOT_YET",
    `${who} still says that ${name} is ${word(!enabled)}.`,
    "It is asked again. If it stays so, look at its cache and at who else sets the flag.",
  );
