/** @file The report: one HTML file that needs nothing else. */
import type { Performance } from '../run.js';
import { chart, escapeXml } from './chart.js';
import { isWords, readable, type Section, type Table } from './sections.js';

const style = `
:root { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; }
body { max-width: 58rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; }
h2 { font-size: 1.15rem; margin-top: 2.5rem; }
.says { font-size: 1.1rem; margin-top: 0.25rem; }
.verdict { font-weight: 600; padding: 0.1rem 0.6rem; border-radius: 1rem; background: #e8e8e8; }
.verdict.shown { background: #d3f0dd; color: #0b5427; }
.verdict.not-shown { background: #fbdcd6; color: #8a1f0b; }
.facts, .caption { color: #666; }
.caption { margin: 0.25rem 0 0.75rem; max-width: 48rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid #ddd; text-align: right; vertical-align: top; }
th { font-weight: 600; border-bottom-color: #888; }
th.text, td.text { text-align: left; }
svg { max-width: 100%; height: auto; }
`;

/** The page of a run. */
export function page({ result, says, params, findings }: Performance): string {
  const { claim, papers, seed, backend, seconds, metrics, baseline, verdict } = result;
  const names = [...new Set([...Object.keys(metrics), ...Object.keys(baseline)])];
  const figures: Table = {
    kind: 'table',
    title: 'Figures',
    caption: `Means over ${findings.runs.length === 1 ? 'one seed' : `${findings.runs.length} seeds`}.`,
    columns: ['figure', 'here', 'baseline'],
    rows: names.map((name) => [name, metrics[name] ?? '', baseline[name] ?? '']),
  };
  const settings: Table = {
    kind: 'table',
    title: 'Parameters',
    columns: ['parameter', 'value'],
    rows: Object.entries(params).map(([name, value]) => [name, JSON.stringify(value)]),
  };
  const facts = [...(papers.length === 0 ? [] : [`P${papers.join(', P')}`]), `seed ${seed}`, `${backend} backend`, `${seconds} s`];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(claim)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeXml(claim)}</h1>
<p class="says">${escapeXml(says)}</p>
<p class="facts"><span class="verdict ${verdict}">${verdict}</span> ${escapeXml(facts.join(' · '))}</p>
${[...findings.sections, figures, settings].map(section).join('\n')}
</body>
</html>
`;
}

function section(part: Section): string {
  const caption = part.caption === undefined ? '' : `<p class="caption">${escapeXml(part.caption)}</p>`;
  return `<section>
<h2>${escapeXml(part.title)}</h2>
${caption}<div class="wide">${part.kind === 'picture' ? chart(part) : tableHtml(part)}</div>
</section>`;
}

function tableHtml({ columns, rows }: Table): string {
  const kind = (i: number) => (isWords({ rows }, i) ? ' class="text"' : '');
  const cells = (tag: string, row: readonly (string | number)[]) =>
    `<tr>${row.map((cell, i) => `<${tag}${kind(i)}>${escapeXml(readable(cell))}</${tag}>`).join('')}</tr>`;
  return `<table>
<thead>${cells('th', columns)}</thead>
<tbody>
${rows.map((row) => cells('td', row)).join('\n')}
</tbody>
</table>`;
}
