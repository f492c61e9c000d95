import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export type Certificate = { cert: string; key: string; certFile: string; keyFile: string };
export type Authority = {
  /** PEM, and where it lies. */
  cert: string;
  file: string;
  folder: string;
  /** For `localhost` and 127.0.0.1, valid from so many days from now until so many; both may lie in the past. */
  issue: (name: string, days?: readonly [from: number, to: number]) => Certificate;
  remove: () => void;
};

const valid = [-1, 5] as const;
export const expired = [-30, -1] as const;
const dayMs = 86_400_000;

/** A certificate authority of our own, in a temporary folder. OpenSSL is asked for its dates, never the machine's clock. */
export function makeAuthority(name = "Authority of the tests"): Authority {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "authority-")));
  const openssl = (...words: string[]): void => {
    execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
  };
  const at = (file: string): string => path.join(folder, file);
  const newKey = ["-newkey", "rsa:2048", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-subj", `/CN=${name}`);
  writeFileSync(
    at("ca.cnf"),
    "[ca]\ndefault_ca = d\n[d]\ndatabase = ca.db\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\npolicy = p\ncopy_extensions = copy\nunique_subject = no\n[p]\ncommonName = supplied\n",
  );
  writeFileSync(at("ca.db"), "");
  let count = 0;
  return {
    cert: readFileSync(at("ca.pem"), "utf8"),
    file: at("ca.pem"),
    folder,
    issue: (subject, [from, to] = valid) => {
      const own = `${++count}`;
      const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
      const request = ["-keyout", `${own}.key`, "-out", `${own}.csr`, "-subj", `/CN=${subject}`];
      openssl("req", "-new", ...newKey, ...request, "-addext", names);
      const time = (days: number): string =>
        new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]|\.\d+/g, "");
      const span = ["-startdate", time(from), "-enddate", time(to)];
      const files = ["-keyfile", "ca.key", "-cert", "ca.pem", "-in", `${own}.csr`, "-out", `${own}.pem`];
      openssl("ca", "-batch", "-notext", "-config", "ca.cnf", ...files, ...span);
      const [certFile, keyFile] = [at(`${own}.pem`), at(`${own}.key`)];
      const read = (file: string): string => readFileSync(file, "utf8");
      return { cert: read(certFile), key: read(keyFile), certFile, keyFile };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
