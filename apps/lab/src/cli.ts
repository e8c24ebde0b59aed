#!/usr/bin/env node
/** @file The `lab` command. */
import { program } from './cli/program.js';

try {
  await program((text) => process.stdout.write(text)).parseAsync();
} catch (error) {
  // tfjs's wasm backend rethrows what is not caught, with the whole line of a minified file.
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
