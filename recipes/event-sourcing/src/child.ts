import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childVariable } from './command/start-command.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** A process that runs a recipe for another one. */
export interface Child {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** @throws Error with what it said last, when it has ended by itself. */
  assertAlive(): void;
}

export interface ChildOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line that it prints. */
  readonly onLine: (line: string) => void;
}

/** Starts this program once more, with a channel over which it can reach the database. */
export function startChild({ args, env, onLine }: ChildOptions): Child {
  const child = fork(main, args, {
    env: { ...env, [childVariable]: 'true' },
    // Not those of this process: a test runner's would load the test runner.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C in a terminal goes to the whole group: the parent alone decides what its children do.
    detached: true,
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      onLine(line);
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
  return {
    process: child,
    ended,
    assertAlive() {
      if (child.exitCode === null && child.signalCode === null) return;
      const how = child.exitCode ?? child.signalCode;
      throw new Error(`Failed to go on: a child has ended (${how}). ${said.slice(-5).join(' ')}`);
    },
  };
}
