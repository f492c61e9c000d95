import { z } from "zod";

/** An absolute path in its one spelling: no `..`, no `.`, no double or trailing slash, no control characters. */
export const AbsolutePath = z
  .string()
  .max(1000)
  .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[^\/\x00-\x1f\x7f]+)+$/, "Write an absolute path without . or .. in it.");

/** A program by its absolute path, then its arguments, one by one. Shells get no commands as text. */
export const ArgumentVector = z
  .array(
    z
      .string()
      .max(4000)
      .regex(/^[^\0]*$/, "An argument cannot hold a NUL character."),
  )
  .min(1)
  .max(100)
  .refine(
    ([program]) => AbsolutePath.safeParse(program).success,
    "The first is the absolute path of the program.",
  )
  .refine(
    ([program = "", ...rest]) => !isShell.test(program) || !rest.some((word) => /^-[a-z]*c/.test(word)),
    "A shell is not given commands as text; name a script file instead.",
  );

const isShell = /\/(?:ba|da|z|k|mk|a|c|tc|fi)?sh$/;
