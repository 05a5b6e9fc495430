import { exitCodes, type ExitCode } from '@firedrill/core/command-line';

/** Ctrl-C and SIGTERM, while a recipe runs. */
export interface Interruption {
  /** Aborted at the first one: the recipe stops by itself. */
  readonly signal: AbortSignal;
  /** What to end with because of it; undefined when there was none. */
  readonly exitCode: ExitCode | undefined;
  /** Stops listening. */
  end(): void;
}

/**
 * pnpm passes on a Ctrl-C that the terminal has already sent to everyone: two SIGINT for one press.
 * Nobody presses twice within this time.
 */
const samePressMs = 200;

/** The second Ctrl-C ends the process at once. */
export function watchForInterruption(): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | undefined;
  let pressedAtMs = 0;

  function stop(reason: 'interrupted' | 'terminated'): void {
    if (exitCode === undefined) {
      exitCode = exitCodes[reason];
      pressedAtMs = performance.now();
      controller.abort();
    } else if (performance.now() - pressedAtMs > samePressMs) process.exit(exitCodes[reason]);
  }

  const onInterrupt = (): void => stop('interrupted');
  const onTerminate = (): void => stop('terminated');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    end() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
