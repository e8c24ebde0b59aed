/** @file Brings kernels and backend together. */
import {
  backend_util,
  getKernel,
  getKernelsForBackend,
  registerKernel,
  unregisterKernel,
  type KernelConfig,
  type NamedAttrMap,
} from '@tensorflow/tfjs-core';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { kernels } from '../kernels/table.js';
import type { Kernel } from '../kernels/kernel.js';
import { memoryOf, objection, type WasmBackend } from './backend.js';
import { guarded, guardMemory } from './guard.js';
import { Heap } from './heap.js';
import { instantiate, instantiateNow, type Exports } from './instance.js';

const heaps = new WeakMap<object, Heap>();
let refused = false;

function accepts(backend: WasmBackend, version: string): boolean {
  const reason = objection(backend, version);
  if (reason === undefined) return true;
  if (!refused) backend_util.warn(`@surrogate/wasm registers no kernels, the composites serve: ${reason}.`);
  refused = true;
  return false;
}

/** Attaches to a backend that comes up; leaves an unknown one as it is. */
export async function attach(backend: WasmBackend, version = version_wasm): Promise<void> {
  if (!accepts(backend, version)) return;
  const memory = memoryOf(backend)!;
  connect(backend, memory, await instantiate(memory));
}

/** The same at once. */
export function attachNow(backend: WasmBackend, version = version_wasm): void {
  if (!accepts(backend, version)) return;
  const memory = memoryOf(backend)!;
  connect(backend, memory, instantiateNow(memory));
}

function connect(backend: WasmBackend, memory: WebAssembly.Memory, run: Exports): void {
  guardMemory(backend, memory);
  heaps.set(backend, new Heap(backend, run));
  registerAll();
}

let registered = false;

function registerAll(): void {
  if (registered) return;
  registered = true;
  for (const config of getKernelsForBackend('wasm'))
    if (!(config.kernelName in kernels)) replace(config.kernelName, config, guardStock(config));
  for (const [name, kernel] of Object.entries(kernels)) {
    const stock = getKernel(name, 'wasm');
    replace(name, stock, { ...stock, kernelName: name, backendName: 'wasm', kernelFunc: ours(name, kernel, stock) });
  }
}

function replace(name: string, stock: KernelConfig | undefined, config: KernelConfig): void {
  if (stock !== undefined) unregisterKernel(name, 'wasm');
  registerKernel(config);
}

const guardStock = (config: KernelConfig): KernelConfig => ({
  ...config,
  kernelFunc: (call) => guarded(call.backend as WasmBackend, () => config.kernelFunc(call)),
});

function ours(name: string, kernel: Kernel, stock: KernelConfig | undefined): KernelConfig['kernelFunc'] {
  return ({ inputs, attrs, backend }) => {
    const heap = heaps.get(backend);
    if (heap === undefined) {
      if (stock !== undefined) return stock.kernelFunc({ inputs, attrs, backend } as Parameters<KernelConfig['kernelFunc']>[0]);
      throw new Error(`${name} has no kernel on this backend`);
    }
    const delegate = (tensors: typeof inputs, attributes: NamedAttrMap) =>
      stock!.kernelFunc({ inputs: tensors, attrs: attributes, backend }) as ReturnType<Heap['make']>;
    return guarded(heap.backend, () => kernel({ inputs, attrs: attrs ?? {}, heap, delegate }));
  };
}
