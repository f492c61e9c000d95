import { Fault } from "#lib/domain/errors.ts";

const digestAtEnd = /(?:^|@)(sha256:[0-9a-f]{64})$/;

/** The digest in an image reference, an image ID or a digest alone; null where there is none. */
export function digestOf(reference: string): string | null {
  return digestAtEnd.exec(reference)?.[1] ?? null;
}

/** The name of an image without tag and digest. */
export function repositoryOf(reference: string): string {
  return (reference.split("@")[0] ?? "").replace(/:[^:/]*$/, "");
}

/** The tag of an image, where it has one. */
export function tagOf(reference: string): string | null {
  return /:([^:/]*)$/.exec(reference.split("@")[0] ?? "")?.[1] ?? null;
}

/** Whether two references name the same image: by digest where the wanted one has a digest, else word for word. */
export function isImage(wanted: string, reference: string): boolean {
  const digest = digestOf(wanted);
  return digest === null ? reference === wanted : digestOf(reference) === digest;
}

/** A recorded digest, with or without the image's name before it. Throws Fault `permanent` for anything else. */
export function recordedDigest(recorded: string): string {
  const digest = digestOf(recorded);
  if (digest !== null && /^[\w.:/@-]{1,500}$/.test(recorded)) return digest;
  throw new Fault(
    "permanent",
    "NO_DIGEST",
    "What was recorded as image digest is none.",
    "Record the image as sha256:… or name@sha256:…, as the registry tells it, with the deployment.",
  );
}
