import { z } from "zod";

/** What stands behind `stored:`. */
const StoredName = z
  .string()
  .regex(
    /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/,
    "A secret's name begins with a letter and has up to 64 letters, digits, - and _.",
  );

/** The longest secret, in bytes. */
export const maxSecretBytes = 64 * 1024;
/** A shorter one could not be told from ordinary text where output is redacted. */
export const minSecretLength = 4;

/** No message of this ever repeats the value. */
const SecretValue = z
  .string()
  .min(
    minSecretLength,
    `A secret has at least ${minSecretLength} characters: a shorter one cannot be kept out of the record.`,
  )
  .refine((text) => new TextEncoder().encode(text).length <= maxSecretBytes, "A secret has at most 64 KiB.");

export const SetSecret = z.strictObject({ name: StoredName, value: SecretValue });
export const RemoveSecret = z.strictObject({ name: StoredName });
