const everywhere = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
};

/** For answers that are data: nothing in them is ever run, framed or kept. */
export const apiHeaders: Readonly<Record<string, string>> = {
  ...everywhere,
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
};

type Page = {
  nonce: string;
  /** Whether people come over https; only then may the browser be told to insist on it. */
  isHttps: boolean;
  /** An identity provider that the sign-in form may lead to. */
  formTarget: string | undefined;
  isDevelopment: boolean;
};

/** For pages: scripts run only with this answer's nonce, or when such a script loads them. */
export function pageHeaders({ nonce, isHttps, formTarget, isDevelopment }: Page): Record<string, string> {
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    // Widths and positions are computed while people watch; a style cannot act.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self'${formTarget === undefined ? "" : ` ${formTarget}`}`,
  ];
  return {
    ...everywhere,
    "content-security-policy": policy.join("; "),
    ...(isHttps ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}
