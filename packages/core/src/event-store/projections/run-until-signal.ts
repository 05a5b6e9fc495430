import type { ProjectionRunner } from './runner.ts';

/** Which signals end a runner, and how many ms it then has. */
export interface RunUntilSignalOptions {
  /** Default: SIGINT and SIGTERM. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Milliseconds that handlers get to finish. Default: 10,000, before most supervisors lose patience. */
  readonly stopTimeoutMs?: number;
}

/**
 * Starts a runner and stops it gracefully at the first of the signals. A second one ends the process,
 * as it does without this. Resolves with the signal when the runner has stopped.
 */
export async function runUntilSignal(
  runner: ProjectionRunner,
  { signals = ['SIGINT', 'SIGTERM'], stopTimeoutMs = 10_000 }: RunUntilSignalOptions = {},
): Promise<NodeJS.Signals> {
  const { promise: signalled, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  function onSignal(signal: NodeJS.Signals): void {
    remove();
    resolve(signal);
  }
  for (const signal of signals) process.on(signal, onSignal);
  try {
    await runner.start();
    const signal = await signalled;
    await runner.stop({ timeoutMs: stopTimeoutMs });
    return signal;
  } finally {
    remove();
  }
}
