/** @file `npm test`: install, build, and run every gate; `npm test -- lint sizes` runs the ones that are named. */
import { installAndBuild, pnpm } from './house/bootstrap.js';

installAndBuild();
pnpm(['exec', 'node', 'tools/house/gates.js', ...process.argv.slice(2)]);
