/** @file `npm start`: install, build, and run the lab's flagship. */
import { installAndBuild, pnpm } from './house/bootstrap.js';

installAndBuild();
pnpm(['exec', 'node', 'apps/lab/dist/cli.js', 'run', 'flagship', ...process.argv.slice(2)]);
