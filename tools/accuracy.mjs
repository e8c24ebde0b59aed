// Writes docs/core/accuracy.md: the largest relative error of each special function of core against mpmath, measured on the built package.
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import * as host from '../packages/core/dist/host/index.js';

const special = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };
const { source, cases } = JSON.parse(
  readFileSync(new URL('../tests/oracles/core/host_special.json', import.meta.url), 'utf8'),
  (_key, value) => (typeof value === 'string' && value in special ? special[value] : value),
);

/** What the rows with a remark in their name call. */
const calls = { 'lambertW branch -1': (x) => host.lambertW(x, -1) };

const show = (x) => x.toExponential(1);
const rows = cases.map(({ name, inputs, value }) => {
  const f = calls[name] ?? host[name.split(' ')[0]];
  const errors = inputs.arguments.map((args, i) => {
    const got = f(...args);
    return { args, absolute: Math.abs(got - value[i]), relative: Math.abs(got / value[i] - 1) };
  });
  const worst = errors.reduce((a, b) => (b.relative > a.relative ? b : a));
  const median = errors.map((e) => e.relative).sort((a, b) => a - b)[Math.floor(errors.length / 2)];
  return `| \`${name}\` | ${errors.length} | ${show(worst.relative)} | ${worst.args.join(', ')} | ${show(worst.absolute)} | ${show(median)} |`;
});

const page = `# How exact the special functions are

The functions on numbers, from \`@surrogate/core/host\`, against ${source} over their domains, poles and far tails included. Made by \`node tools/accuracy.mjs\` from
\`tests/oracles/core/host_special.json\`; do not edit.

| function | points | largest relative error | where | absolute error there | median |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`;

writeFileSync(new URL('../docs/core/accuracy.md', import.meta.url), await format(page, { parser: 'markdown', proseWrap: 'preserve' }));
