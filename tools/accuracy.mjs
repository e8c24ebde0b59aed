// Writes docs/core/accuracy.md: the largest errors of core's special functions against mpmath, measured on the built package.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format } from 'prettier';
import * as core from '../packages/core/dist/index.js';
import * as host from '../packages/core/dist/host/index.js';

const require = createRequire(new URL('../packages/testing/package.json', import.meta.url));
const [tf] = ['core', 'backend-cpu', 'backend-wasm'].map((part) => require(`@tensorflow/tfjs-${part}`));

const special = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };
const read = (name) =>
  JSON.parse(readFileSync(new URL(`../tests/oracles/core/${name}.json`, import.meta.url), 'utf8'), (_key, value) =>
    typeof value === 'string' && value in special ? special[value] : value,
  );
const show = (x) => x.toExponential(1);

/** What the rows with a remark in their name call. */
const calls = { 'lambertW branch -1': (x) => host.lambertW(x, -1) };

const numbers = read('host_special');
const rows = numbers.cases.map(({ name, inputs, value }) => {
  const f = calls[name] ?? host[name.split(' ')[0]];
  const errors = inputs.arguments.map((args, i) => {
    const got = f(...args);
    return { args, absolute: Math.abs(got - value[i]), relative: Math.abs(got / value[i] - 1) };
  });
  const worst = errors.reduce((a, b) => (b.relative > a.relative ? b : a));
  const median = errors.map((e) => e.relative).sort((a, b) => a - b)[Math.floor(errors.length / 2)];
  return `| \`${name}\` | ${errors.length} | ${show(worst.relative)} | ${worst.args.join(', ')} | ${show(worst.absolute)} | ${show(median)} |`;
});

/** The functions on tensors of the argument that they are differentiated by, told the other ones. */
const tensorCalls = {
  'lambertW branch -1': (x) => core.lambertW(x, -1),
  gammaP: (x, [a]) => core.gammaP(a, x),
  gammaQ: (x, [a]) => core.gammaQ(a, x),
  betaI: (x, [, a, b]) => core.betaI(x, a, b),
  besselRatio: (x, [order]) => core.besselRatio(order[0], x),
};
/** Those with zeros, or with complements that are rounded: below 1 their absolute error counts. */
const absolute = ['lgamma', 'digamma', 'gammaP', 'gammaQ', 'betaI', 'besselRatio'];
const parts = ['value', 'first', 'second'];

async function derivatives(f, by, columns) {
  const call = (x) => f(x, columns);
  const slope = (x) => tf.grad((y) => tf.sum(call(y)))(x);
  const made = tf.tidy(() => {
    const x = tf.tensor1d(columns[by]);
    return [call(x), slope(x), tf.grad((y) => tf.sum(slope(y)))(x)];
  });
  return Promise.all(made.map((part) => part.data()));
}

async function tensorErrors({ name, inputs, value }) {
  const short = name.split(' ')[0];
  const f = tensorCalls[name] ?? ((x) => core[short](x));
  const by = ['gammaP', 'gammaQ', 'besselRatio'].includes(short) ? 1 : 0;
  const at = inputs.arguments.map((args, i) => ({ args, i }));
  const orders = short === 'besselRatio' ? [...new Set(at.map(({ args }) => args[0]))] : [undefined];
  const worst = parts.map(() => ({ error: 0, args: [] }));
  for (const order of orders) {
    const group = at.filter(({ args }) => order === undefined || args[0] === order);
    const columns = group[0].args.map((_, k) => group.map(({ args }) => args[k]));
    const found = await derivatives(f, by, columns);
    parts.forEach((part, k) =>
      group.forEach(({ args, i }, j) => {
        const [got, want] = [found[k][j], value[part][i]];
        // Below the smallest normal float32 there are no digits to be right.
        if (got === want || Math.abs(want) < 2e-38) return;
        const error = Math.abs(got - want) / (absolute.includes(short) ? Math.max(1, Math.abs(want)) : Math.abs(want));
        if (!(error <= worst[k].error)) worst[k] = { error, args };
      }),
    );
  }
  return worst;
}

const tensors = read('special');
const tensorRows = [];
for (const stored of tensors.cases) {
  const found = [];
  for (const backend of ['cpu', 'wasm']) {
    await tf.setBackend(backend);
    found.push(await tensorErrors(stored));
  }
  const [value, first, second] = parts.map((_, k) => found.map((worst) => worst[k]).reduce((a, b) => (b.error > a.error ? b : a)));
  const where = value.args.map((x) => Number(x.toPrecision(6))).join(', ');
  const how = absolute.includes(stored.name.split(' ')[0]) ? 'absolute below 1' : 'relative';
  tensorRows.push(
    `| \`${stored.name}\` | ${stored.inputs.arguments.length} | ${show(value.error)} | ${where} | ${show(first.error)} | ${show(second.error)} | ${how} |`,
  );
}

const page = `# How exact the special functions are

Made by \`node tools/accuracy.mjs\` on the built package; do not edit.

## On numbers

The functions from \`@surrogate/core/host\` against ${numbers.source} over their domains, poles and far tails included (\`tests/oracles/core/host_special.json\`).

| function | points | largest relative error | where | absolute error there | median |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## On tensors

The functions from \`@surrogate/core\`, in float32, against ${tensors.source} (\`tests/oracles/core/special.json\`): the largest errors on cpu and wasm of the value, and of the first and
second derivative by double backward. WGSL's own \`exp\` and \`log\` cost webgpu up to one digit more. Functions that pass through 0, or that are complements of a rounded number, count
their absolute error where they are below 1.

| function | points | value | where | first derivative | second derivative | error |
| --- | --- | --- | --- | --- | --- | --- |
${tensorRows.join('\n')}
`;

writeFileSync(new URL('../docs/core/accuracy.md', import.meta.url), await format(page, { parser: 'markdown', proseWrap: 'preserve' }));
