/**
 * The report as one file of HTML: prints, runs nothing, loads nothing. What comes from telemetry stays
 * text.
 */
import { neutralise } from '@spanguard/verdict';
import type { Counted, EndpointView, FindingView } from './endpoint-view.ts';

/** What a report tells. */
export interface Report {
  /** ISO 8601. */
  readonly generated: string;
  /** Those most at risk first. */
  readonly endpoints: readonly EndpointView[];
  readonly findings: readonly FindingView[];
}

const WEEK_MS = 7 * 86_400_000;
const TEXT_CHARACTERS_MAX = 500;
const RISKS_SHOWN = 20;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};
const STYLE = `
:root { color-scheme: light dark; --line: #8886; --muted: light-dark(#555, #aaa); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; font-size: 0.9em; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; }
th, td { border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font: 0.92em ui-monospace, monospace; overflow-wrap: anywhere; }
.muted { color: var(--muted); } .level { font-weight: 600; }
article { border-left: 4px solid var(--line); padding-left: 1rem; margin: 1.5rem 0; break-inside: avoid; }
article.high, article.critical { border-color: #d33; } article.medium { border-color: #c80; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } tr { break-inside: avoid; } }
`;

/** The whole file. */
export function renderReport(report: Report): string {
  const { generated, endpoints, findings } = report;
  const open = findings.filter(({ state }) => state === 'open');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>API risk assessment</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>API risk assessment</h1>
<p class="muted">Made by Spanguard at ${escape(generated)} of the requests that it has seen.</p>
${renderSummary(report, open)}
<h2>Most at risk</h2>
${renderRisks(endpoints)}
<h2>Open findings</h2>
${open.length === 0 ? '<p>None.</p>' : open.map(renderFinding).join('\n')}
<h2>Changes of the last seven days</h2>
${renderChanges(report)}
<h2>Accepted risks</h2>
${renderIgnored(findings)}
<h2>All endpoints</h2>
${renderEndpoints(endpoints)}
</main>
</body>
</html>
`;
}

function renderSummary({ endpoints }: Report, open: readonly FindingView[]): string {
  const services = new Set(endpoints.map(({ service }) => service));
  const requests = endpoints.reduce((sum, endpoint) => sum + endpoint.requests, 0);
  const serious = open.filter(({ level }) => level === 'high' || level === 'critical');
  const sensitive = endpoints.filter(({ dataOut }) => dataOut.length > 0);
  return `<p>${services.size} services with ${endpoints.length} endpoints answered
${Math.round(requests)} requests; ${sensitive.length} endpoints answer with sensitive data.
${open.length} findings are open, ${serious.length} of them serious.</p>`;
}

function renderRisks(endpoints: readonly EndpointView[]): string {
  const rows = endpoints
    .slice(0, RISKS_SHOWN)
    .map(({ risk, ...endpoint }) => [
      number(risk.score),
      text(`${endpoint.method} ${endpoint.path}`, 'code'),
      text(endpoint.service),
      `<td>${risk.reasons.map((reason) => escape(reason)).join('<br>')}</td>`,
    ]);
  return table(['Score (of 100)', 'Endpoint', 'Service', 'Why'], rows);
}

function renderFinding(finding: FindingView): string {
  const { level, title, method, path, service, fix, tags, evidence } = finding;
  const traces = evidence.map(({ traceId }) => `<code>${escape(traceId)}</code>`).join(' ');
  return `<article class="${escape(level)}">
<h3>${escape(title)}</h3>
<p><span class="level">${escape(level)}</span> at <code>${escape(`${method} ${path}`)}</code>
of ${escape(service)}: ${Math.round(finding.requests)} requests,
${escape(finding.firstSeen)} to ${escape(finding.lastSeen)}.</p>
<p>What to do: ${escape(fix)}</p>
<p class="muted">${escape(tags.join(', '))} · ${escape(finding.id)}</p>
${traces === '' ? '' : `<p class="muted">Traces: ${traces}</p>`}
</article>`;
}

function renderChanges({ generated, endpoints, findings }: Report): string {
  const sinceMs = Date.parse(generated) - WEEK_MS;
  const isRecent = (time: string | undefined): boolean =>
    time !== undefined && Date.parse(time) >= sinceMs;
  const items = [
    ...endpoints
      .filter(({ firstSeen }) => isRecent(firstSeen))
      .map(({ method, path, service }) => `New endpoint: ${method} ${path} of ${service}`),
    ...findings
      .filter(({ opened, state }) => state !== 'closed' && isRecent(opened))
      .map(({ title, method, path }) => `Opened: ${title}, at ${method} ${path}`),
    ...findings
      .filter(({ closed }) => isRecent(closed))
      .map(({ title, method, path }) => `Closed: ${title}, at ${method} ${path}`),
  ];
  return items.length === 0
    ? '<p>None.</p>'
    : `<ul>\n${items.map((item) => `<li>${escape(item)}</li>`).join('\n')}\n</ul>`;
}

function renderIgnored(findings: readonly FindingView[]): string {
  const rows = findings
    .filter(({ state }) => state === 'ignored')
    .map(({ title, method, path, ignored }) => [
      text(title),
      text(`${method} ${path}`, 'code'),
      text(ignored?.reason ?? ''),
      text(ignored?.until ?? 'for good'),
    ]);
  return rows.length === 0
    ? '<p>None.</p>'
    : table(['Finding', 'Endpoint', 'Reason', 'Until'], rows);
}

function renderEndpoints(endpoints: readonly EndpointView[]): string {
  const headings = ['Endpoint', 'Service', 'Requests', 'p95 (ms)', 'Authentication', 'Data out'];
  const rows = endpoints.map((endpoint) => [
    text(`${endpoint.method} ${endpoint.path}`, 'code'),
    text(endpoint.service),
    number(Math.round(endpoint.requests)),
    number(endpoint.latency.p95 ?? ''),
    text(names(endpoint.authentication)),
    text(names(endpoint.dataOut)),
    text(endpoint.lastSeen),
  ]);
  return table([...headings, 'Last seen'], rows);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headings.map((heading) => `<th scope="col">${escape(heading)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n');
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function text(value: string, tag?: 'code'): string {
  const escaped = escape(value);
  return `<td>${tag === undefined ? escaped : `<${tag}>${escaped}</${tag}>`}</td>`;
}

function number(value: number | string): string {
  return `<td class="number">${escape(String(value))}</td>`;
}

function names(counted: readonly Counted[]): string {
  return counted.map(({ name }) => name).join(', ');
}

function escape(value: string): string {
  return neutralise(value, TEXT_CHARACTERS_MAX).replaceAll(
    /[&<>"']/g,
    (character) => ENTITIES[character] ?? '',
  );
}
