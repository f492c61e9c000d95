import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A certificate that ended yesterday, with its key, both PEM. */
export function expiredCertificate(): { cert: string; key: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "expired-"));
  const openssl = (...words: string[]) =>
    execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "ignore", "ignore"] });
  openssl(
    "req",
    "-new",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    "key.pem",
    "-out",
    "r.pem",
    "-subj",
    "/CN=x",
  );
  openssl("x509", "-req", "-in", "r.pem", "-signkey", "key.pem", "-days", "-1", "-out", "cert.pem");
  const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  const made = { cert: read("cert.pem"), key: read("key.pem") };
  rmSync(folder, { recursive: true });
  return made;
}
