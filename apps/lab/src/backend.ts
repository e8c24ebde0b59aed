/** @file The backends that the lab runs on. */
import { ready } from '@surrogate/core';
import { env, scalar } from '@tensorflow/tfjs-core';

const register = {
  wasm: () => import('@surrogate/wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

/** A backend of the lab. */
export type LabBackend = keyof typeof register;

/** Their names, the one to use first. */
export const labBackends = Object.keys(register) as LabBackend[];

/** Imports a backend and makes it the current one. */
export async function startBackend(name: LabBackend): Promise<void> {
  await register[name]();
  await ready(name);
  // In Node the cpu backend advertises another package at its first tensor.
  const quiet = env().getBool('IS_TEST');
  env().set('IS_TEST', true);
  scalar(0).dispose();
  env().set('IS_TEST', quiet);
}
