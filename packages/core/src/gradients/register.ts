/** @file Registers tfjs's own gradients and its chained ops, which tfjs-core leaves out; bundlers and Vitest resolve these files, plain Node takes the pre-bundled twin. */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
