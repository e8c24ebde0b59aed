/** @file Importing this is all there is to do: the wasm backend gets its missing kernels, faster ones, and those of the library's fused ops. */
import './register.js';

export { wasmKernels } from './kernels/table.js';
