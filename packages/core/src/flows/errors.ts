/** The data of an event does not match its schema: nothing was published, and a repetition changes nothing. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
  readonly code = 'INVALID_EVENT';
  readonly outcome = 'failure';
  readonly event: string;

  constructor(event: string, problem: string) {
    super(`Failed to publish ${event}: ${problem}. Correct the data, or the schema of the event.`);
    this.event = event;
  }
}

/**
 * Thrown by a step: this event cannot be handled, however often it is tried, such as a number that is
 * blocked. It becomes a dead letter at once.
 */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly code = 'PERMANENT';
  readonly outcome = 'failure';
}

/** The flow was stopped: nothing was published. */
export class FlowStoppedError extends Error {
  override readonly name = 'FlowStoppedError';
  readonly code = 'FLOW_STOPPED';
  readonly outcome = 'failure';

  constructor(flow: string, event: string) {
    super(`Failed to publish ${event}: the flow ${flow} was stopped. Publish it to one that runs.`);
  }
}

/** One event led to the next for longer than the flow allows. */
export class EndlessChainError extends Error {
  override readonly name = 'EndlessChainError';
  readonly code = 'ENDLESS_CHAIN';
  readonly outcome = 'failure';
  /** The last events of the chain, the oldest first. */
  readonly trail: readonly string[];

  constructor(maxChainLength: number, trail: readonly string[]) {
    super(
      `Failed to go on: more than ${maxChainLength} events followed one from another, the last of them ` +
        `${trail.join(' > ')}. Break the circle, or raise maxChainLength.`,
    );
    this.trail = trail;
  }
}

/** A step was interrupted again and again: it seems to take its process down with it. */
export class InterruptedTooOftenError extends Error {
  override readonly name = 'InterruptedTooOftenError';
  readonly code = 'INTERRUPTED_TOO_OFTEN';
  readonly outcome = 'unknown';

  constructor(step: string, interruptions: number) {
    super(
      `Failed to finish ${step}: its process went away ${interruptions} times meanwhile. ` +
        'Look whether this event takes it down, and replay the dead letter.',
    );
  }
}

/** A step ran for longer than its limit. It may have had its effect. */
export class StepTimeoutError extends Error {
  override readonly name = 'StepTimeoutError';
  readonly code = 'STEP_TIMEOUT';
  readonly outcome = 'unknown';

  constructor(step: string, timeoutMs: number) {
    super(
      `Failed to finish ${step} within ${timeoutMs} ms. It may have had its effect: it is tried again, with the same idempotency key.`,
    );
  }
}

/** What is wrong with a declaration, as the RangeError that it is. */
export function badFlow(where: string, value: unknown, remedy: string): RangeError {
  return new RangeError(`Failed to define the flow: ${where} is ${String(value)}. ${remedy}`);
}
