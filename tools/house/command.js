/** @file Running a program and keeping what it says. */
import { execFile } from 'node:child_process';
import { root } from './bootstrap.js';

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} what it wrote; rejects with the same when it fails.
 */
export function command(program, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, maxBuffer: 1 << 26, shell: process.platform === 'win32' }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${[program, ...args].join(' ')}\n${stdout}${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}
