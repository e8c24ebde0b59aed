/** @file A progress bar that says how much time is left. */
import { MultiBar, Presets } from 'cli-progress';
import type { Listener } from '../claim.js';

/** A listener to show, and to stop when there is nothing more to hear. */
export interface ProgressBar extends Listener {
  stop(): void;
}

const whole = 1000;

/** A bar on stderr, so that stdout holds results alone; where that is no terminal, a line every ten seconds. */
export function progressBar(title: string): ProgressBar {
  const bars = new MultiBar(
    {
      format: `${title} {bar} {percentage} % | {eta_formatted} left | {doing}`,
      hideCursor: true,
      etaBuffer: 40,
      noTTYOutput: true,
      notTTYSchedule: 10_000,
    },
    Presets.shades_classic,
  );
  const bar = bars.create(whole, 0, { doing: 'starting' });
  let doing = 'starting';
  return {
    progress(done, now = doing) {
      doing = now;
      bar.update(Math.round(done * whole), { doing });
    },
    say(line) {
      if (process.stderr.isTTY) bars.log(`${line}\n`);
      else process.stderr.write(`${line}\n`);
    },
    stop: () => bars.stop(),
  };
}

/** Hears nothing. */
export const silent: ProgressBar = { progress: () => undefined, say: () => undefined, stop: () => undefined };
