/** @file Brings up a backend once a process; webgpu in Node is Dawn on whatever Vulkan driver there is. */
import { existsSync } from 'node:fs';
import { env, findBackend, ready, setBackend } from '@tensorflow/tfjs-core';

/** The backends on which everything is proven. */
export const backends = ['cpu', 'wasm', 'webgpu'] as const;

/** One of {@link backends}. */
export type Backend = (typeof backends)[number];

/** Where Debian's chromium keeps its software Vulkan driver. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

const starts: Record<Backend, () => Promise<unknown>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  webgpu: startWebgpu,
};

/** What tfjs calls `MatMulSmallOutputSizeProgram`, among the numbers of its flag. */
const tiledMatMul = 2;

/** Dawn stops when its last reference is gone, so one is kept. */
const kept: unknown[] = [];
const started = new Map<Backend, Promise<string | undefined>>();

async function startWebgpu(): Promise<void> {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES, XDG_RUNTIME_DIR } = process.env;
  if (VK_ICD_FILENAMES === undefined && VK_DRIVER_FILES === undefined && existsSync(softwareDriver))
    process.env['VK_ICD_FILENAMES'] = softwareDriver;
  if (XDG_RUNTIME_DIR === undefined) process.env['XDG_RUNTIME_DIR'] = '/tmp';
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  kept.push(gpu);
  if (globalThis.navigator === undefined) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  if ((await gpu.requestAdapter()) === null) throw new Error('there is no WebGPU adapter');
  await import('@tensorflow/tfjs-backend-webgpu');
  // Else small tensors are computed on the host, and what is proven is the cpu backend once more.
  env().set('WEBGPU_CPU_FORWARD', false);
  // tfjs multiplies small matrices with 256 threads and eight barriers an element: a software driver takes 35 ms where tiles take one.
  env().set('WEBGPU_MATMUL_PROGRAM_TYPE', tiledMatMul);
}

/** A shader that is not valid gives zeros, and so does all else in its batch: what the device has to say must fail a test. */
function reportDeviceErrors(): void {
  const { device } = findBackend('webgpu') as unknown as { device: EventTarget };
  device.addEventListener('uncapturederror', (event) => console.error((event as Event & { error: { message: string } }).error.message));
}

async function start(backend: Backend): Promise<string | undefined> {
  try {
    await starts[backend]();
    if (!(await setBackend(backend))) return `${backend} did not start`;
    if (backend === 'webgpu') reportDeviceErrors();
    return undefined;
  } catch (error) {
    return `${backend} is not available: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * Makes a backend the current one, starting it at its first use.
 *
 * @param backend which.
 * @returns why it cannot be had on this machine, or undefined when all is well.
 */
export async function startBackend(backend: Backend): Promise<string | undefined> {
  let attempt = started.get(backend);
  if (attempt === undefined) started.set(backend, (attempt = start(backend)));
  const trouble = await attempt;
  if (trouble !== undefined) return trouble;
  await setBackend(backend);
  await ready();
  return undefined;
}
