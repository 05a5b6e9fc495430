import type { EventEmitter } from 'node:events';
import { type ExitCode, exitCodes } from '../command-line/index.ts';
import { realNowMs } from './machine.ts';

/** Why a run is stopped before its end. */
export type Stop = 'interrupted' | 'terminated' | 'left' | 'outputClosed' | 'unwritten';

/**
 * Watches for reasons to stop, until the process ends: a late second SIGINT for one Ctrl-C must not
 * take the place of the exit code.
 */
export interface Interruption {
  /** Aborted at the first reason. */
  readonly signal: AbortSignal;
  /** The first reason, if there was one. */
  readonly stop: Stop | undefined;
  /** What the system said when standard output could not be written. */
  readonly writeError: Error | undefined;
  /** Stops the run: as Ctrl-C does, or because whoever watched has seen enough. */
  readonly quit: (how: 'interrupted' | 'left') => void;
}

export interface InterruptionOptions {
  /** Where SIGINT and SIGTERM arrive. */
  readonly signals: EventEmitter;
  /** Its `error` event: with EPIPE nobody reads any more, else it cannot be written. */
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
  let writeError: Error | undefined;

  function onStop(reason: Stop): void {
    if (stop === undefined) {
      stop = reason;
      pressedAtMs = nowMs();
      controller.abort(reason);
    } else if (isForceful(reason) && nowMs() - pressedAtMs > samePressMs) {
      exit(exitCodes[reason]);
    }
  }

  const onInterrupt = (): void => onStop('interrupted');
  const onTerminate = (): void => onStop('terminated');
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
      return onStop('outputClosed');
    if (error.syscall === undefined) throw error;
    writeError ??= error;
    onStop('unwritten');
  };
  signals.on('SIGINT', onInterrupt);
  signals.on('SIGTERM', onTerminate);
  stdout.on('error', onError);

  return {
    signal: controller.signal,
    get stop() {
      return stop;
    },
    get writeError() {
      return writeError;
    },
    quit: onStop,
  };
}

/** Whether a second one ends the process at once. */
const isForceful = (reason: Stop): reason is 'interrupted' | 'terminated' =>
  reason === 'interrupted' || reason === 'terminated';
