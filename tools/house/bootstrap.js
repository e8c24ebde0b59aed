/** @file What both commands do first on a machine that has Node and npm and nothing else: install with the pinned pnpm, and build. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @type {{ packageManager: string, engines: { node: string } }} */
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** npm tells its scripts about itself; pnpm would take that for its own configuration. Where and how to reach the registry stays. */
const npmSettingsToKeep = /^npm_config_(registry|.*proxy|ca|cafile|strict_ssl|userconfig|cache|offline|prefer_offline|store_dir)$/i;

/**
 * The environment for child processes: the caller's, without npm's own variables and without what would drop the development dependencies.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment() {
  const entries = Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_ENV' && name !== 'INIT_CWD' && (!/^npm_/i.test(name) || npmSettingsToKeep.test(name)),
  );
  return { ...Object.fromEntries(entries), TURBO_TELEMETRY_DISABLED: '1', npm_config_update_notifier: 'false' };
}

/** @param {string} version such as `20.20.2`. @returns {number[]} */
const numbers = (version) => version.split('.').map(Number);

function requireNode() {
  const wanted = /\d+\.\d+/.exec(manifest.engines.node)?.[0] ?? '0.0';
  const [major = 0, minor = 0] = numbers(process.versions.node);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(wanted);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(`Surrogate needs Node ${manifest.engines.node}, this is ${process.versions.node}.`);
  process.exit(1);
}

/**
 * Runs the pinned pnpm, which npx fetches once, and ends this process when it fails.
 *
 * @param {string[]} args
 */
export function pnpm(args) {
  const { status, error } = spawnSync('npx', ['--yes', manifest.packageManager, ...args], {
    cwd: root,
    env: childEnvironment(),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs exactly what the lockfile says and builds every package. */
export function installAndBuild() {
  requireNode();
  // Without a terminal pnpm refuses to replace a node_modules of another layout unless it is told.
  pnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false', '--reporter=append-only']);
  pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--ui=stream']);
}
