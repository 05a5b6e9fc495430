import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Processes of the test, none of which outlives it. */
export class Children {
  readonly #running = new Set<ChildProcess>();
  #isOver = false;

  /** Whether all are being killed, so that none is to be started in the place of another. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Starts a program of this folder. `argument` is handed over as JSON. */
  start(program: string, argument: object): ChildProcess {
    const path = fileURLToPath(new URL(program, import.meta.url));
    const child = fork(path, [JSON.stringify(argument)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    // A message to one that has just been killed.
    child.on('error', () => {});
    return child;
  }

  /** Kills all that are left, and waits until they are gone. */
  async killAll(): Promise<void> {
    this.#isOver = true;
    await Promise.all(
      [...this.#running].map((child) => {
        const gone = exited(child);
        child.kill('SIGKILL');
        return gone;
      }),
    );
  }
}

/** Resolves when a process has ended: with its exit code, or with the signal that ended it. */
export function exited(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    const { exitCode, signalCode } = child;
    const already = exitCode ?? signalCode;
    if (already !== null) resolve(already);
    else child.once('exit', (code, signal) => resolve(code ?? signal ?? 0));
  });
}
