#include "html_style.hpp"

namespace pulsar::report {

std::string_view html_style() {
    return R"css(
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --ink: #1b2126; --soft: #59646d; --rule: #dcdfdd; --faint: #ebedea;
  --first: #0f6c8c; --second: #b4470d; --ground: #0f6c8c17; --band: #0f6c8c40; --gap: #b4470d1c;
  --good: #1d6b3f; --bad: #b3261e;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14181b; --ink: #e6e9ea; --soft: #9aa5ad; --rule: #343b40; --faint: #252b2f;
    --first: #62bfdf; --second: #f39a63; --ground: #62bfdf17; --band: #62bfdf45;
    --gap: #f39a6322; --good: #74cf9b; --bad: #ff8f86;
  }
}
@media print { :root { color-scheme: light; --paper: #fff; } }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 3rem; max-width: 72rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
h1, h2, p, dl, dd, figure { margin: 0; }
h1, .kind { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
h1 { font-size: clamp(1.5rem, 5vw, 2.25rem); line-height: 1.25; margin-bottom: .25rem; overflow-wrap: anywhere; }
h1.long { font-size: 1.125rem; }
h1 span, td span { display: inline-block; max-width: 100%; }
h2 { font-size: 1.125rem; margin-bottom: .25rem; }
small { font-size: .8125em; font-weight: 400; color: var(--soft); }
header > p, .note { color: var(--soft); max-width: 44rem; }
.note { font-size: .875rem; }
.kind { font-size: .8125rem; margin-bottom: .5rem; }
.kind span { border: 1px solid var(--rule); border-radius: 1em; padding: .1em .7em; margin-left: .4em; }
header > .verdict { font-weight: 600; margin-top: .25rem; max-width: none; }
header > .good { color: var(--good); }
header > .bad, .bad dd { color: var(--bad); }
header > .warning { color: var(--second); max-width: 44rem; }
.figures {
  display: grid; grid-template-columns: repeat(2, 1fr); gap: 1.25rem 1.5rem; margin-top: 2rem;
}
@media (min-width: 34rem) { .figures { grid-template-columns: repeat(3, 1fr); } }
@media (min-width: 58rem) {
  .figures { grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); }
}
.figures div { border-top: 2px solid var(--ink); padding-top: .5rem; }
.figures .bad { border-color: var(--bad); }
dt { font-size: .8125rem; color: var(--soft); }
dd { font-size: 1.75rem; line-height: 1.2; font-weight: 600; letter-spacing: -.015em; white-space: nowrap; }
dd small { font-size: .9375rem; letter-spacing: 0; }
section { margin-top: 3rem; }
.beside { display: grid; gap: 1rem 2.5rem; margin-top: 1rem; }
.beside > * { min-width: 0; }
@media screen and (min-width: 62rem) { .plot { grid-template-columns: 1fr 13.5rem; } }
@media (min-width: 44rem) { .pair { grid-template-columns: 1fr 1fr; } }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; align-self: start; }
.plot .pairs { max-width: 32rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
th, td { padding: .3rem 0; border-top: 1px solid var(--rule); vertical-align: baseline; overflow-wrap: anywhere; }
th { font-weight: 400; text-align: left; color: var(--soft); }
td { text-align: right; padding-left: 1rem; }
.pairs th, .plot td { overflow-wrap: normal; }
.plot td { white-space: nowrap; }
.plot th small { display: block; }
.grid-table th, .grid-table td { padding-right: 1rem; }
.errors th, .errors td:nth-child(2) { white-space: nowrap; }
.errors td:last-child { text-align: left; width: 100%; padding-left: 0; }
.scroll { overflow-x: auto; }
.seconds th, .seconds td { white-space: nowrap; padding-right: 0; }
.seconds table { font-size: .875rem; }
.seconds thead th:not(:first-child) { text-align: right; padding-left: 1rem; }
details { margin-top: 1.5rem; }
summary { cursor: pointer; color: var(--first); font-size: .9375rem; }
details table { margin-top: .75rem; max-width: 40rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg.narrow { max-width: 32rem; }
svg.wide { display: none; }
@media screen and (min-width: 45rem) { svg.wide { display: block; } svg.narrow { display: none; } }
@media print { svg.wide { display: block; } svg.narrow { display: none; } }
svg text { font-size: 13px; fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg.narrow text { font-size: 12px; }
svg .tick, svg .unit, svg .name { fill: var(--soft); }
svg .value { font-weight: 600; }
svg path { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
.grid { stroke: var(--faint); stroke-width: 1; }
.base { stroke: var(--rule); stroke-width: 1; }
.line.p50 { stroke: var(--first); }
.line.p99 { stroke: var(--second); }
.dot { fill: var(--second); stroke: var(--paper); stroke-width: 1.5; }
.mean, .wanted, .all { stroke: var(--soft); stroke-width: 1; }
.wanted { stroke-dasharray: 4 4; }
svg .ground { fill: var(--ground); stroke: none; }
svg .band { fill: var(--band); stroke: none; }
svg .gap, svg .away { fill: var(--gap); stroke: none; }
@media print {
  body { padding: 0; font-size: 11pt; }
  section, table, svg, tr { break-inside: avoid; }
  section { margin-top: 1.75rem; }
  details { display: none; }
}
)css";
}

}  // namespace pulsar::report
