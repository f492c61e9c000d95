import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";

const FailedSignIn = z.strictObject({
  userId: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  throttledUntil: z.iso.datetime().nullable(),
  method: z.enum(["password", "reauthentication", "single sign-on"]),
});

/** Puts a failed sign-in on the record. What was typed for an unknown account is not kept: it may be a password. */
export const recordFailedSignIn = command({
  name: "user.sign-in",
  input: FailedSignIn,
  load: nowhere,
  run: ({ input: { userId, ...data } }) =>
    Promise.resolve({
      result: null,
      events: [{ type: "user.sign_in_failed", subject: { kind: "user", id: userId ?? "unknown" }, data }],
    }),
});
