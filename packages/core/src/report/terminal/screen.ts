/** The part of `tty.WriteStream` that the live view uses. */
export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  readonly writableLength: number;
  write(text: string): boolean;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

const enter = '\u001b[?1049h\u001b[?25l\u001b[2J';
const leave = '\u001b[?25h\u001b[?1049l';
const beginUpdate = '\u001b[?2026h\u001b[H';
const endUpdate = '\u001b[J\u001b[?2026l';
const eraseRight = '\u001b[K';

/** A slow terminal that has not taken this much yet misses frames, so that memory stays bounded. */
const mostWaitingBytes = 65_536;

const signals = ['SIGTERM', 'SIGHUP'] as const;

/**
 * The alternate screen of a terminal. Whatever ends the process (an error, a signal, `exit`), the
 * cursor and the former screen come back first.
 */
export class Screen {
  readonly #output: TerminalOutput;
  readonly #onLeave: () => void;
  #isOpen = false;
  #last = '';

  /** `onLeave` gives back what else was taken, e.g. raw mode; it must not throw. */
  constructor(output: TerminalOutput, onLeave: () => void) {
    this.#output = output;
    this.#onLeave = onLeave;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#output.write(enter);
    process.on('exit', this.close);
    // Before Node prints the error: on the alternate screen it would be lost.
    process.on('uncaughtExceptionMonitor', this.close);
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen || this.#output.writableLength > mostWaitingBytes) return;
    const text = lines.map((line) => line + eraseRight).join('\r\n');
    if (text === this.#last) return;
    this.#last = text;
    this.#output.write(beginUpdate + text + endUpdate);
  }

  /** Forgets what is on the screen, so that the next frame is drawn in any case. */
  invalidate(): void {
    this.#last = '';
  }

  readonly close = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.close);
    process.off('uncaughtExceptionMonitor', this.close);
    for (const signal of signals) process.off(signal, this.#onSignal);
    this.#onLeave();
    this.#output.write(leave);
  };

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.close();
    process.kill(process.pid, signal);
  };
}
