/** @file Registers the kernels when the wasm backend comes up, whenever that is. */
import '@tensorflow/tfjs-backend-wasm';
import { engine } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './heap/backend.js';
import { attach, attachNow } from './heap/attach.js';

const name = 'wasm';
const registration = engine().registryFactory[name];

if (registration !== undefined) {
  const { factory } = registration;
  registration.factory = async () => {
    const backend = await factory();
    await attach(backend as WasmBackend);
    return backend;
  };
}

const running = engine().registry[name];
if (running !== undefined) attachNow(running as WasmBackend);
