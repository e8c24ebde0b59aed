/** @file What the benchmark has to show, and whether it does. */

/** @typedef {import('./page.mjs').Result} Result */

const wantedOf = (/** @type {number} */ factor) => `${Number(factor.toFixed(2))}x`;

/** @param {readonly Result[]} results @param {import('./page.mjs').Machine} machine */
export function targets(results, machine) {
  const find = (/** @type {string} */ workload, /** @type {string} */ contender) =>
    results.find((result) => result.workload === workload && result.contender === contender);
  const time = (/** @type {string} */ workload, contender = 'surrogate') => find(workload, contender)?.medianMs ?? NaN;
  /** @type {{ what: string, least: string, got: string, held: boolean }[]} */
  const rows = [];
  const faster = (
    /** @type {string} */ what,
    /** @type {string} */ workload,
    /** @type {string} */ contender,
    /** @type {number} */ least,
  ) => {
    const ratio = time(workload, contender) / time(workload);
    if (!Number.isNaN(ratio)) rows.push({ what, least: wantedOf(least), got: `${ratio.toFixed(1)}x`, held: ratio >= least });
  };
  const within = (/** @type {string} */ what, /** @type {number} */ ratio, /** @type {number} */ most) => {
    if (!Number.isNaN(ratio)) rows.push({ what, least: `at most ${wantedOf(most)}`, got: `${ratio.toFixed(2)}x`, held: ratio <= most });
  };
  faster('cross-entropy [512, 8192] against tfjs', 'crossEntropy-512x8192', 'stock', 10);
  faster('cross-entropy [512, 8192] against jax-js', 'crossEntropy-512x8192', 'jax-js', 8);
  const products = results.filter(({ workload, contender }) => /^matMul.*-(nt|tn|tt)$/.test(workload) && contender === 'surrogate');
  for (const { workload } of products) faster(`${workload} against tfjs`, workload, 'stock', 8);
  for (const { workload } of products.filter((result) => result.workload.includes('512x512x512')))
    within(`${workload} against tfjs, untransposed`, time(workload) / time('matMul-512x512x512-nn', 'stock'), 1.3);
  faster("the flagship's step against tfjs", 'transformer-step', 'stock', 8);
  for (const tensors of [1, 20, 200]) faster(`AdamW in ${tensors} against tf.train.adam`, `adamw-1e6-in-${tensors}`, 'stock', 6);
  within('AdamW in 1 against the bandwidth of a copy', time('adamw-1e6-in-1') / ((7 * 4e6) / machine.bytes), 1.5);
  for (const tensors of [1, 20, 200])
    within(
      `AdamW in ${tensors} by step against its kernel`,
      time(`adamw-1e6-in-${tensors}`) / time(`adamw-1e6-in-${tensors}`, 'kernel'),
      1.3,
    );
  faster("the convolutions' step against tfjs, cpu", 'conv-step', 'cpu', 15);
  const linear = results.filter(({ workload }) => workload.startsWith('linearCrossEntropy'));
  const peak = (/** @type {string} */ contender) => linear.find((result) => result.contender === contender)?.peakBytes ?? NaN;
  if (linear.length > 0) {
    within("linear cross-entropy's peak memory against single ops", peak('surrogate') / peak('composite'), 1 / 6);
    faster('linear cross-entropy against single ops', linear[0]?.workload ?? '', 'composite', 1);
  }
  within(
    'cross-entropy [512, 8192] against PyTorch on one thread',
    time('crossEntropy-512x8192') / time('crossEntropy-512x8192', 'torch-1'),
    2,
  );
  for (const epsilon of [1, 0.1]) {
    const workload = `sinkhorn-1000x1000-eps${epsilon}`;
    within(`Sinkhorn, 1000 x 1000, epsilon ${epsilon}, against POT's \`sinkhorn_log\``, time(workload) / time(workload, 'pot-log'), 1.5);
  }
  return rows;
}
