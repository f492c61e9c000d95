/** The public page carries its own style: it must stand alone when everything else is down. */
export const statusPageStyle = `
:root{--ground:#fbfaf8;--raised:#fff;--line:#e2ded7;--text:#1f2328;--quiet:#5a6068;--ok:#1d6b45;--warn:#8a5300;--danger:#b3261e;--info:#1f5f8b;--unknown:#5f646b}
@media (prefers-color-scheme:dark){:root{--ground:#12151a;--raised:#191d23;--line:#2c323a;--text:#e9e7e2;--quiet:#a3a9b1;--ok:#6fcf9b;--warn:#f0b45a;--danger:#ff8a80;--info:#7cc0ee;--unknown:#a9aeb5}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 "Source Sans 3 Variable","Source Sans 3",system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
.who{margin:0;color:var(--quiet);font-weight:600}
h1{display:flex;align-items:center;gap:.6rem;margin:.5rem 0;font-size:1.75rem;line-height:1.2;font-weight:650}
h2{margin:2.5rem 0 .75rem;font-size:1rem;color:var(--quiet);font-weight:600}
h3{margin:0;font-size:1.25rem;font-weight:600}
.asof,.when,.summary{margin:.25rem 0;color:var(--quiet);font-size:.875rem;font-variant-numeric:tabular-nums}
.stale{color:var(--warn);font-weight:600}
.mark{width:1.5em;height:1.5em;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;border:2px solid currentColor;border-radius:50%;padding:1px}
.operational h1 .mark,.state.operational{color:var(--ok)}
.degraded h1 .mark,.state.degraded{color:var(--warn)}
.major_outage h1 .mark,.state.major_outage{color:var(--danger)}
.maintenance h1 .mark,.state.maintenance{color:var(--info)}
.unknown h1 .mark,.state.unknown{color:var(--unknown)}
ul,ol{list-style:none;margin:0;padding:0}
.services{border-top:1px solid var(--line)}
.services li{padding:.9rem 0;border-bottom:1px solid var(--line)}
.row{display:flex;justify-content:space-between;gap:1rem;align-items:center;flex-wrap:wrap}
.name{font-weight:600;overflow-wrap:anywhere}
.state{display:inline-flex;align-items:center;gap:.4rem;font-weight:600}
.state .mark{width:1.15em;height:1.15em;border-width:1.5px}
.days{display:flex;gap:2px;height:1.5rem;margin:.6rem 0 .2rem}
.days i{flex:1;min-width:1px;border-radius:1px;background:var(--line)}
.days .operational{background:var(--ok)}
.days .degraded{background:var(--warn)}
.days .major_outage{background:var(--danger)}
.days .maintenance{background:var(--info)}
.days .unknown{background:repeating-linear-gradient(45deg,var(--unknown) 0 2px,transparent 2px 4px)}
article{padding:1rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
article ol li{padding:.6rem 0 0 1rem;margin-top:.6rem;border-left:2px solid var(--line)}
article li p{margin:.1rem 0}
a{color:inherit}
a:focus-visible{outline:2px solid currentColor;outline-offset:2px}
footer{margin-top:3rem;color:var(--quiet);font-size:.875rem}
@media print{body{background:#fff;color:#000}.days{display:none}}
`.trim();
