import { describe, expect, it } from "vitest";
import { redacted, redactor } from "#lib/platform/secrets/redact.ts";

const secret = 'p@ss/w0rd+"é\\ 7&Q';
const encodings: Record<string, (text: string) => string> = {
  raw: (text) => text,
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "base64 after one byte": (text) => Buffer.from(`:${text}`).toString("base64"),
  "base64 after two bytes": (text) => Buffer.from(`u:${text}`).toString("base64"),
  "base64 of a longer text": (text) => Buffer.from(`user:${text}:more`).toString("base64"),
  "wrapped base64": (text) =>
    Buffer.from(`Basic x${text}`)
      .toString("base64")
      .replace(/(.{8})/g, "$1\n"),
  "base64 in a URL": (text) => encodeURIComponent(Buffer.from(text).toString("base64")),
  "URL component": (text) => encodeURIComponent(text),
  "URL component in lower case": (text) =>
    encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  "URL path": (text) => encodeURI(text),
  form: (text) => new URLSearchParams({ v: text }).toString().slice(2),
  "every byte as percent": (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  JSON: (text) => JSON.stringify(text),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "JSON with every character escaped": (text) =>
    Array.from(text, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`).join(""),
  hex: (text) => Buffer.from(text).toString("hex"),
  "upper-case hex": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "hex with colons": (text) => [...Buffer.from(text)].map((b) => b.toString(16).padStart(2, "0")).join(":"),
  HTML: (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
};

describe.each(Object.entries(encodings))("a secret as %s", (_name, encode) => {
  const written = encode(secret);
  const text = `before ${written} after`;
  const around = encode(`${secret.charAt(0)}${"x".repeat(Buffer.byteLength(secret) - 2)}${secret.slice(-1)}`);

  it("is removed, and what stands around it stays", () => {
    const clean = redactor([secret])(text);
    expect(clean).toMatch(/^before .*after$/s);
    expect(clean).toContain(redacted);
    for (let at = 0; at + 8 <= written.length; at++) {
      const part = written.slice(at, at + 8);
      if (!around.includes(part)) expect(clean).not.toContain(part);
    }
  });

  it("is removed wherever the stream cuts it, in two and character by character", () => {
    const whole = redactor([secret])(text);
    for (let cut = 0; cut <= text.length; cut++) {
      const stream = redactor([secret]).stream();
      expect(stream.write(text.slice(0, cut)) + stream.write(text.slice(cut)) + stream.end()).toBe(whole);
    }
    const stream = redactor([secret]).stream();
    expect(Array.from(text, (character) => stream.write(character)).join("") + stream.end()).toBe(whole);
  });
});

it("finds the credentials inside a kubeconfig or an environment file, and not the rest of it", () => {
  const kubeconfig = [
    "apiVersion: v1",
    "clusters: [{name: production, cluster: {server: 'https://cluster.internal:6443'}}]",
    "current-context: production",
    "users:",
    "- name: shop-operator",
    "  user:",
    "    token: eyJhbGciOiJSUzI1NiJ9.abc",
    '    client-key-data: "LS0tLS1CRUdJTiBLRVk="',
    "    password: with#signs$in",
    'export DB_PASSWORD="of-the-database"',
    '{"users":[{"user":{"token":"in-json-as-well"}}]}',
  ].join("\n");
  const clean = redactor([kubeconfig]);
  for (const text of [
    "eyJhbGciOiJSUzI1NiJ9.abc",
    "LS0tLS1CRUdJTiBLRVk=",
    "with#signs$in",
    "of-the-database",
    "in-json-as-well",
  ]) {
    expect(clean(`it said ${text}.`)).toBe(`it said ${redacted}.`);
    expect(clean(Buffer.from(text).toString("base64"))).toContain(redacted);
  }
  expect(clean("production on cluster.internal:6443, by shop-operator")).not.toContain(redacted);
});

it("holds back no more than what might become a secret", () => {
  const stream = redactor(["hunter22"]).stream();
  expect(stream.write("say hun")).toBe("say ");
  expect(stream.write("gry")).toBe("hungry");
  expect(stream.write(" hunter2")).toBe(" ");
  expect(stream.write("2!")).toBe(`${redacted}!`);
  expect(stream.write(" hunt") + stream.end()).toBe(" hunt");
});

it("removes the beginning of a secret that is cut at the very end", () => {
  expect(redactor(["correct-horse-battery"])("x correct-horse")).toBe(`x ${redacted}`);
});

it("removes the longer of two secrets that begin alike", () => {
  expect(redactor(["secret", "secret-and-more"])("a secret-and-more b secret-and so on")).toBe(
    `a ${redacted} b ${redacted}-and so on`,
  );
});

it("removes each line of a secret of several lines, however it is indented", () => {
  const pem = "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG\n9w0BAQEFAASCAUAwggE8\n-----END KEY-----";
  const clean = redactor([pem])(`key:\n${pem.replace(/^/gm, "    ")}\n`);
  expect(clean).not.toMatch(/MIIB|9w0B/);
});

it("removes pieces of a very long secret, and stays quick", () => {
  const long = Array.from({ length: 8_192 }, (_, index) =>
    String.fromCharCode(33 + ((index * 7919) % 90)),
  ).join("");
  const redact = redactor([long, secret]);
  expect(redact(`a ${long} b`)).not.toContain(long.slice(1000, 1100));
  const began = performance.now();
  redact("An ordinary line of output, 42 times over.\n".repeat(5_000));
  expect(performance.now() - began).toBeLessThan(5_000);
});

it("leaves a text alone when there is no secret in it, or no secret at all", () => {
  const text = 'Nothing to see: 200 OK, {"health":"healthy"}';
  expect(redactor([secret])(text)).toBe(text);
  expect(redactor([])(text)).toBe(text);
  expect(redactor([""])(text)).toBe(text);
});

it("hides what it is told later too, in streams that are open as well", () => {
  const redact = redactor(["hunter22"]);
  const stream = redact.stream();
  const before = stream.write("a token-of-today b ");
  redact.keep("token-of-today");
  redact.keep("");
  expect(redact("hunter22, token-of-today")).toBe(`${redacted}, ${redacted}`);
  expect(before + stream.write("token-of-") + stream.write("today c") + stream.end()).toBe(
    `a token-of-today b ${redacted} c`,
  );
});
