import { escapeHtml } from "#lib/domain/escape-html.ts";

export type SandboxPageFigures = {
  service: string;
  version: string;
  active: string;
  errorRate: number | null;
  next: string;
};

/** A page to break things on, served by the proxy itself: the console knows nothing of it. */
export const sandboxPage = (figures: SandboxPageFigures): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Sandbox · ${escapeHtml(figures.service)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1.25rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}dd{margin:0;font-family:ui-monospace,monospace}button{font:inherit;padding:.6rem 1rem}</style>
</head><body><h1>${escapeHtml(figures.service)}, for practice</h1>
<dl><dt>Serving</dt><dd>${escapeHtml(figures.active)}, ${escapeHtml(figures.version)}</dd>
<dt>Failing requests</dt><dd>${figures.errorRate === null ? "not measured yet" : `${(figures.errorRate * 100).toFixed(1)} %`}</dd></dl>
<p>Deploying the bad release again breaks this service for real. The console hears of it as of any deployment.</p>
<form method="post" action="/sandbox/break"><button>Break it: deploy ${escapeHtml(figures.next)}</button></form>
</body></html>
`;
