import { applyUpdates, disposeState, disposeTree, type GradientTransformation } from '@surrogate/core';
import { oracle } from '@surrogate/testing';
import { clone, slice, squeeze, tidy, type Tensor } from '@tensorflow/tfjs-core';
import * as optim from './index.js';

/** The parameters after a step for each row of gradients, by the chain itself. */
function run(
  transformation: GradientTransformation,
  start: Record<string, Tensor>,
  gradients: Record<string, Tensor>,
): Record<string, Tensor> {
  const steps = Object.values(gradients)[0]!.shape[0];
  let params = Object.fromEntries(Object.entries(start).map(([key, x]) => [key, clone(x)]));
  let state = transformation.init(params);
  for (let step = 0; step < steps; step++) {
    const grads = tidy(() =>
      Object.fromEntries(Object.entries(gradients).map(([key, all]) => [key, squeeze(slice(all, [step], [1]), [0])])),
    );
    const updated = transformation.update(grads, state, params);
    const next = applyUpdates(params, updated.updates);
    [params, grads, updated.updates].forEach((tree) => disposeTree(tree));
    disposeState(state);
    params = next;
    state = updated.state;
  }
  disposeState(state);
  return params;
}

interface Call {
  readonly fn: string;
  readonly args: readonly unknown[];
}

const isCall = (value: unknown): value is Call => typeof value === 'object' && value !== null && 'fn' in value;

/** A call as the Python side writes it; its arguments may be calls, too. */
const call = <T>({ fn, args }: Call): T => (optim as unknown as Record<string, (...args: unknown[]) => T>)[fn]!(...args.map(argument));

function argument(arg: unknown): unknown {
  if (Array.isArray(arg)) return arg.map(argument);
  return isCall(arg) ? call(arg) : arg;
}

oracle(
  'optim/basic',
  ({ b, w, gradsB, gradsW, options }) => run(call<GradientTransformation<optim.ChainState>>(options), { b, w }, { b: gradsB, w: gradsW }),
  {
    rtol: 1e-4,
    atol: 1e-5,
  },
);

oracle(
  'optim/adaptive',
  ({ b, w, gradsB, gradsW, options }) => run(call<GradientTransformation>(options), { b, w }, { b: gradsB, w: gradsW }),
  {
    rtol: 1e-4,
    atol: 2e-5,
  },
);

for (const file of ['optim/schedules', 'optim/moreSchedules', 'optim/torchSchedules'])
  oracle(file, ({ steps, options }) => (steps as number[]).map(call<(step: number) => number>(options)), { rtol: 1e-6, backends: ['cpu'] });
