/** @file Draws pictures as SVG, without a browser. */
import { dot, frame, line, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Picture } from './sections.js';

/** Okabe and Ito's colours, which the colour-blind can tell apart. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'];
/** Where the legend stands, below the label of the y axis. */
const legendTop = 34;

/** The picture as an SVG document that stands alone, its legend included. */
export function chart(picture: Picture): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const names = [...new Set(picture.curves.map(({ name }) => name))];
  const points = picture.curves.flatMap(({ name, panel = '', points }) => points.map((point) => ({ ...point, name, panel })));
  // Symbols on a finely drawn curve would hide it.
  const few = new Set(
    picture.curves
      .filter(({ points }) => points.length <= 60 || points.some(({ y }) => Number.isNaN(y)))
      .map(({ name, panel = '' }) => `${panel}/${name}`),
  );
  const panels = [...new Set(points.map(({ panel }) => panel))];
  const facet = panels.length > 1 ? { fx: 'panel' } : {};
  const svg = plot({
    document,
    width: 860,
    height: 440,
    marginTop: legendTop + 44,
    marginLeft: 52,
    marginBottom: 44,
    style: { fontSize: '13px', fontFamily: 'system-ui, sans-serif', background: 'white', color: '#222' },
    x: { label: picture.x, grid: true, nice: true, ticks: 6 },
    y: { label: picture.y, grid: true, nice: true },
    ...(panels.length > 1 ? { fx: { label: null, domain: panels } } : {}),
    color: { domain: names, range: colors.slice(0, names.length) },
    symbol: { domain: names, range: symbols.slice(0, names.length) },
    marks: [
      frame({ stroke: '#ccc' }),
      line(points, { x: 'x', y: 'y', z: 'name', stroke: 'name', strokeWidth: 2, ...facet }),
      dot(
        points.filter(({ name, panel }) => few.has(`${panel}/${name}`)),
        { x: 'x', y: 'y', stroke: 'name', fill: 'white', symbol: 'name', r: 4, strokeWidth: 2, ...facet },
      ),
    ],
  });
  // linkedom leaves `&` in attributes as it is and reads fragments as HTML; so what has to be XML goes in as text.
  return svg.outerHTML
    .replace('<svg ', `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeXml(picture.title)}" `)
    .replace(/<\/svg>$/, `${legend(names)}</svg>`);
}

/** Plot's own legends are HTML, which a picture file cannot hold. */
function legend(names: readonly string[]): string {
  let x = 56;
  const entries = names.map((name, i) => {
    const entry = `<rect x="${x}" y="${legendTop - 6}" width="14" height="4" fill="${colors[i]}"/><text x="${x + 20}" y="${legendTop}" text-anchor="start" fill="#222">${escapeXml(name)}</text>`;
    x += 20 + 8 * name.length + 18;
    return entry;
  });
  return `<g aria-label="legend">${entries.join('')}</g>`;
}

/** Text for use in XML and HTML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
