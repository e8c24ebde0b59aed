// Plain Node cannot load tfjs-core's registration files (extension-less imports), so they are bundled once, licence notice included.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/gradients/register.ts'],
  outfile: 'dist/gradients/register.node.js',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  legalComments: 'linked',
  logLevel: 'warning',
});
