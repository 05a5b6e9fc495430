import { EventStoreError } from '../errors.ts';

/** A handler took longer than its projection allows; what it wrote was rolled back. */
export class ProjectionTimeoutError extends EventStoreError {
  readonly code = 'PROJECTION_TIMEOUT';
  readonly projection: string;
  readonly timeoutMs: number;

  constructor(projection: string, timeoutMs: number) {
    super(
      `Failed to handle events for ${projection}: the handler took longer than ${timeoutMs} ms. ` +
        'Raise handlerTimeoutMs, lower batchSize, or let the handler do less.',
    );
    this.projection = projection;
    this.timeoutMs = timeoutMs;
  }
}

/** Why a handler is interrupted that did nothing wrong: its work is undone, and counts as no attempt. */
export class HandlerInterruptedError extends EventStoreError {
  readonly code = 'HANDLER_INTERRUPTED';
  readonly reason: 'lease-lost' | 'stopped';

  constructor(reason: 'lease-lost' | 'stopped') {
    const sentence = {
      'lease-lost': 'the lease of its bucket was lost. Leave the events to the new owner.',
      stopped:
        'the runner stops and has waited long enough. They are handled after the next start.',
    }[reason];
    super(`Failed to finish a handler: ${sentence}`);
    this.reason = reason;
  }
}

/** Something was asked of a runner that its state does not allow. */
export class RunnerStateError extends EventStoreError {
  readonly code = 'RUNNER_STATE';

  constructor(asked: string, state: string, remedy: string) {
    super(`Failed to ${asked}: the runner ${state}. ${remedy}`);
  }
}
