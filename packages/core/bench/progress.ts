import process from 'node:process';

/** Told how far a part is: done of all. */
export type OnProgress = (done: number, all: number) => void;

/**
 * How far a part is, on standard error: rewritten in place on a terminal, a line for each tenth
 * elsewhere.
 */
export function progressOf(part: string): OnProgress {
  let shownTenths = -1;
  return (done, all) => {
    const percent = Math.floor((100 * done) / all);
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001B[K${part}: ${percent} %${done === all ? '\n' : ''}`);
      return;
    }
    const tenths = Math.floor(percent / 10);
    if (tenths > shownTenths) process.stderr.write(`${part}: ${percent} %\n`);
    shownTenths = Math.max(shownTenths, tenths);
  };
}
