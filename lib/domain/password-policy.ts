const minLength = 12;
const minDifferent = 5;

/** Whole passwords that guessing starts with; whatever is shorter than the limit need not stand here. */
const guessedFirst = new Set([
  "password1234",
  "password12345",
  "password123456",
  "passwordpassword",
  "123456789012",
  "1234567890123",
  "12345678901234",
  "123456789abc",
  "qwertyuiop12",
  "qwertyuiop123",
  "qwertyuiopasdf",
  "qwerty123456",
  "1q2w3e4r5t6y",
  "1qaz2wsx3edc",
  "abcdefghijkl",
  "abcdefghijklm",
  "adminadminadmin",
  "administrator",
  "administrator1",
  "changemechangeme",
  "iloveyou1234",
  "letmeinletmein",
  "welcome12345",
  "welcome123456",
]);

/** Why this cannot be somebody's password, as a sentence; null when it can. Length does the work, not odd characters. */
export function passwordProblem(password: string, owner: { email: string; name: string }): string | null {
  const plain = password.normalize("NFKC").toLowerCase();
  if (Array.from(password).length < minLength) return `A password has at least ${minLength} characters.`;
  if (new Set(plain).size < minDifferent) {
    return `A password has at least ${minDifferent} different characters.`;
  }
  if (guessedFirst.has(plain)) return "This password is among the first that are guessed.";
  const own = [owner.email, owner.email.split("@")[0] ?? "", owner.name, "lastgood"].map((part) =>
    part.toLowerCase().replaceAll(/\s/g, ""),
  );
  const rest = own
    .filter((part) => part.length >= 4)
    .reduce((text, part) => text.replaceAll(part, ""), plain.replaceAll(/\s/g, ""));
  if (rest.length < minLength / 2) return "A password is not made of one's own name or e-mail address.";
  return null;
}
