/** What went wrong, in words for the person in front of the form. */
export function signInProblem(code: unknown): string | null {
  if (typeof code !== "string" || code === "") return null;
  const wait = /^THROTTLED-(\d{1,6})$/.exec(code)?.[1];
  if (wait !== undefined) {
    const minutes = Math.ceil(Number(wait) / 60);
    return `Too many attempts. Try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
  }
  return sentences[code] ?? "Signing in did not work. Try again.";
}

const sentences: Record<string, string> = {
  UNAUTHENTICATED: "The e-mail address or the password is not right.",
  CredentialsSignin: "The e-mail address or the password is not right.",
  INVALID: "Write an e-mail address and a password.",
  THROTTLED: "Too many attempts. Try again in a few minutes.",
  AUDIT_UNAVAILABLE: "The database cannot be reached, so nobody can sign in now. Try again shortly.",
  IDENTITY_REFUSED:
    "This identity opens no account here: the provider must vouch for its e-mail address, and the account must be active. Ask an admin.",
  OAuthSignin: "The identity provider cannot be reached. Try again, or use a password.",
  OAuthCallback: "The identity provider did not confirm who you are. Try again, or use a password.",
  BROKEN: "Something broke, and was logged. Try again.",
};
