/** @file Chooses the backend: the best that is registered and works, or the one that is named. */
import { engine, getBackend, ready as tfReady, setBackend } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';

/** Best first; a backend takes part when the program has imported it. */
const preference = ['webgpu', 'wasm', 'webgl', 'cpu'] as const;

const registered = (): string[] => Object.keys(engine().registryFactory);

/** A WebGPU adapter that is software only proves correctness, it does not make anything fast. */
async function hasRealAdapter(): Promise<boolean> {
  const { gpu } = globalThis.navigator ?? {};
  const adapter = await (
    gpu as { requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean; architecture?: string } } | null> } | undefined
  )?.requestAdapter();
  return (
    adapter !== null && adapter !== undefined && adapter.info?.isFallbackAdapter !== true && adapter.info?.architecture !== 'swiftshader'
  );
}

async function works(name: string): Promise<boolean> {
  try {
    return await setBackend(name);
  } catch {
    return false;
  }
}

/**
 * Makes a backend ready: the one that is named, else the first that works of webgpu (on a real adapter), wasm, webgl and cpu, among those that the program has imported.
 *
 * @param backend a registered backend's name.
 * @returns the name of the backend that is in use from now on.
 * @throws SurrogateError `backend` when the named one is not registered or does not start, or when none is registered.
 * @example
 * import { ready } from '@surrogate/core';
 * import '@tensorflow/tfjs-backend-cpu';
 * await ready('cpu'); // 'cpu'
 */
export async function ready(backend?: string): Promise<string> {
  const known = registered();
  const have = known.length === 0 ? 'none is; import @surrogate/wasm or a tfjs backend first' : known.join(', ');
  if (backend !== undefined) {
    if (!known.includes(backend)) fail('backend', 'ready', 'backend', `must be a registered backend (${have}), got '${String(backend)}'`);
    if (!(await works(backend))) fail('backend', 'ready', 'backend', `'${backend}' is registered but did not start on this machine`);
    await tfReady();
    return getBackend();
  }
  for (const name of preference) {
    if (!known.includes(name) || (name === 'webgpu' && !(await hasRealAdapter()))) continue;
    // Not findBackend: it is null for a backend that starts asynchronously until it has started, which wasm is.
    if (await works(name)) {
      await tfReady();
      return getBackend();
    }
  }
  return fail('backend', 'ready', 'backend', `must be one that works here; registered: ${have}`);
}
