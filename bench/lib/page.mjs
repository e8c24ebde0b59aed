/** @file The results as a page for the docs. */
import { targets } from './targets.mjs';

/** @typedef {{ workload: string, contender: string, medianMs: number, minMs: number, runs: number, peakBytes: number | null, speedup: number, ofBandwidth?: number, ofPeak?: number, kernelCalls?: number }} Result */
/** @typedef {{ name: string, flops: number, bytes: number }} Machine */

const names = /** @type {Record<string, string>} */ ({
  surrogate: '**surrogate**',
  stock: 'tfjs, wasm',
  cpu: 'tfjs, cpu',
  'torch-1': 'PyTorch eager, 1 thread',
  'torch-all': 'PyTorch eager, all cores',
  'pot-log': 'POT `sinkhorn_log`, 1 thread',
  pot: 'POT `sinkhorn`, 1 thread',
  kernel: 'the kernel alone',
  composite: 'the same from single ops',
});

const milliseconds = (/** @type {number} */ ms) => (ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2));
const percent = (/** @type {number | undefined} */ part) => (part === undefined ? '' : `${(100 * part).toFixed(0)} %`);
const megabytes = (/** @type {number | null} */ bytes) => (bytes === null ? '' : (bytes / 2 ** 20).toFixed(0));

/** @param {Result} result */
const row = ({ workload, contender, medianMs, minMs, speedup, peakBytes, ofBandwidth, ofPeak, kernelCalls }) =>
  `| ${[`\`${workload}\``, names[contender] ?? contender, milliseconds(medianMs), milliseconds(minMs), contender === 'surrogate' ? '' : `${speedup.toFixed(1)}x`, megabytes(peakBytes), percent(ofBandwidth), percent(ofPeak), kernelCalls ?? ''].join(' | ')} |`;

/** @param {readonly Result[]} results @param {Machine} machine @param {readonly { what: string, bytes: number, gzip: number }[]} sizes */
export function page(results, machine, sizes) {
  const held = targets(results, machine).map(({ what, least, got, held }) => `| ${what} | ${least} | ${got} | ${held ? 'yes' : 'no'} |`);
  const bundles = sizes.map(({ what, bytes, gzip }) => `| ${what} | ${(bytes / 1024).toFixed(0)} | ${(gzip / 1024).toFixed(0)} |`);
  return `# Benchmark

Written by \`pnpm bench\` on ${machine.name}: ${(machine.flops / 1e6).toFixed(1)} GFLOP/s on one thread in WebAssembly SIMD, ${(machine.bytes / 1e6).toFixed(1)} GB/s copied. All contenders take turns, one run each, in processes of their own.

Times are milliseconds, median and minimum. _Ours is_ says how many times as long the contender takes by the medians. _Peak_ is how far the wasm memory grows beyond the inputs, in MB. Bandwidth and arithmetic are what the minimum makes of the machine's, by the bytes and operations that the work needs at least. _Kernels_ is how many kernels a step of an optimizer calls.

In whole training steps (\`transformer-step\`, \`conv-step\`, \`gru-step\`) the model is the same code for ours and for tfjs. Where tfjs runs it, the library's layers are compositions of tfjs's ops on tfjs's own kernels, and tfjs's \`softmaxCrossEntropy\` and Adam train it; tfjs's wasm backend lacks the gradients of convolutions, so that \`conv-step\` is compared with its cpu backend.

| workload | contender | median | minimum | ours is | peak | bandwidth | arithmetic | kernels |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${results.map(row).join('\n')}

## What is asked of it

| | at least | measured | held |
| --- | --- | --- | --- |
${held.join('\n')}

## What it adds to a bundle

| program | minified, KiB | gzip, KiB |
| --- | ---: | ---: |
${bundles.join('\n')}
`;
}
