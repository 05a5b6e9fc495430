import { ExpectedError, type FailureOutcome } from '../../resilience/index.ts';

/** The process is down: nothing took the request on. */
export class ProcessDownError extends ExpectedError {
  override readonly name = 'ProcessDownError';
  readonly code = 'PROCESS_DOWN';
  readonly outcome: FailureOutcome = 'failure';
  readonly process: string;

  constructor(process: string) {
    super(
      `Failed to reach ${process}: the process is down. It was not performed; repeat it later.`,
    );
    this.process = process;
  }
}

/** The process crashed while it worked on the request: it may have been performed. */
export class ProcessCrashedError extends ExpectedError {
  override readonly name = 'ProcessCrashedError';
  readonly code = 'PROCESS_CRASHED';
  readonly outcome: FailureOutcome = 'unknown';
  readonly process: string;

  constructor(process: string) {
    super(
      `Failed to hear from ${process}: it crashed. The request may have been performed: ask, or repeat it with the same idempotency key.`,
    );
    this.process = process;
  }
}
