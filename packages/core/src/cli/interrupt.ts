import type { EventEmitter } from 'node:events';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { realNowMs } from './machine.ts';

/** Why a run is stopped before its end. */
export type Stop = 'interrupted' | 'terminated' | 'outputClosed';

/**
 * Watches for reasons to stop, until the process ends: a late second SIGINT for one Ctrl-C must not
 * take the place of the exit code.
 */
export interface Interruption {
  /** Aborted at the first reason. */
  readonly signal: AbortSignal;
  /** The first reason, if there was one. */
  readonly stop: Stop | undefined;
  /** Stops the run as Ctrl-C does. */
  readonly quit: () => void;
}

export interface InterruptionOptions {
  /** Where SIGINT and SIGTERM arrive. */
  readonly signals: EventEmitter;
  /** Its `error` event with EPIPE means that nobody reads any more. */
  readonly stdout: EventEmitter;
  /** Ends the process at once: the second Ctrl-C. Whoever took the terminal gives it back here. */
  readonly exit: (code: ExitCode) => void;
  readonly nowMs?: () => number;
}

/**
 * A launcher may pass on a Ctrl-C that the terminal has already sent to everyone: two SIGINT for one
 * press. Nobody presses twice within this time.
 */
const samePressMs = 200;

export function watchForStops({
  signals,
  stdout,
  exit,
  nowMs = realNowMs,
}: InterruptionOptions): Interruption {
  const controller = new AbortController();
  let stop: Stop | undefined;
  let pressedAtMs = 0;

  function onStop(reason: Stop): void {
    if (stop === undefined) {
      stop = reason;
      pressedAtMs = nowMs();
      controller.abort(reason);
    } else if (reason !== 'outputClosed' && nowMs() - pressedAtMs > samePressMs) {
      exit(exitCodes[reason]);
    }
  }

  const onInterrupt = (): void => onStop('interrupted');
  const onTerminate = (): void => onStop('terminated');
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    onStop('outputClosed');
  };
  signals.on('SIGINT', onInterrupt);
  signals.on('SIGTERM', onTerminate);
  stdout.on('error', onError);

  return {
    signal: controller.signal,
    get stop() {
      return stop;
    },
    quit: onInterrupt,
  };
}
