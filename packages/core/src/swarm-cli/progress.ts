import process from 'node:process';

/** How far a swarm has come. */
export interface SwarmProgress {
  readonly storms: number;
  readonly broken: number;
  /** Rules that broke, and signals that were seen. */
  readonly rules: number;
  readonly signals: number;
}

export interface Progress {
  update(now: SwarmProgress): void;
  clear(): void;
}

/** Between two lines where nothing can be overwritten, in ms. */
const everyMs = 10_000;

/** A line on the terminal that is written over; in a pipe one every ten seconds. */
export function createProgress(name: string, of: number | undefined): Progress {
  const { stderr } = process;
  const startedMs = performance.now();
  // The first one at once: whoever waits sees that it works.
  let shownMs = -Infinity;
  return {
    update({ storms, broken, rules, signals }) {
      const nowMs = performance.now();
      if (nowMs - shownMs < (stderr.isTTY ? 100 : everyMs)) return;
      shownMs = nowMs;
      const rate = storms / ((nowMs - startedMs) / 1_000);
      const line = `${name}: ${storms}${of === undefined ? '' : ` of ${of}`} storms, ${rate.toFixed(1)} a second, ${broken} broken (${rules} rules), ${signals} signals seen`;
      stderr.write(stderr.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
    },
    clear() {
      if (stderr.isTTY) stderr.write('\r\u001B[2K');
    },
  };
}
