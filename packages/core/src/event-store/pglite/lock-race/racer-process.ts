import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a racer is told. */
export type RacerOrder =
  | { readonly op: 'take'; /** To wait first, in milliseconds. */ readonly delayMs: number }
  | { readonly op: 'release' };

/** What it answers, when it has started and to each order. */
export type RacerAnswer = 'ready' | 'held' | 'refused' | 'released';

/** A process that takes the lock of a directory when it is told to, and keeps it. */
export class RacerProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;

  constructor(directory: string) {
    this.#child = fork(new URL('./racer.ts', import.meta.url), [directory]);
    this.#ready = this.#answer();
    // Killed before it was ready.
    this.#ready.catch(() => {});
  }

  /** Waits first, in milliseconds. */
  async take(delayMs = 0): Promise<RacerAnswer> {
    await this.#ready;
    return this.#order({ op: 'take', delayMs });
  }

  release(): Promise<RacerAnswer> {
    return this.#order({ op: 'release' });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Stops it where it is, without ending it. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Resolves when it is gone. */
  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #order(order: RacerOrder): Promise<RacerAnswer> {
    const answer = this.#answer();
    this.#child.send(order);
    return answer;
  }

  #answer(): Promise<RacerAnswer> {
    return new Promise((resolve, reject) => {
      const onMessage = (answer: RacerAnswer): void => {
        this.#child.off('exit', onExit);
        resolve(answer);
      };
      const onExit = (code: number | null): void => {
        this.#child.off('message', onMessage);
        reject(new Error(`Failed to race: a racer has ended with ${code}.`));
      };
      this.#child.once('message', onMessage);
      this.#child.once('exit', onExit);
    });
  }
}
