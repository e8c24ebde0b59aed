#!/usr/bin/env node
/** @file The `lab` command. */
import { program } from './cli/program.js';

await program((text) => process.stdout.write(text)).parseAsync();
