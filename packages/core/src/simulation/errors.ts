import { host } from '#host';

import type { BegunIo } from './host/host.ts';

/** Base of every error of this room: a stable `code` to branch on, whatever the message says. */
export abstract class SimulationError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** `simulate` was called by the program of a simulation, or by what it holds time for. */
export class SimulationActiveError extends SimulationError {
  readonly code = 'SIMULATION_ACTIVE';

  constructor() {
    super(
      'Failed to start a simulation: it was started inside another one, and the globals are shared. ' +
        'Start it when the first has ended, or use a worker thread.',
    );
  }
}

/** Another simulation was started outside of this one, before it had ended. */
export class SimulationSupersededError extends SimulationError {
  readonly code = 'SIMULATION_SUPERSEDED';
  readonly elapsedMs: number;

  constructor(elapsedMs: number) {
    super(
      `Failed to finish the simulation: another one was started when it had come to ${elapsedMs} ms of ` +
        'virtual time, and the globals are shared. Await each before starting the next, or use a ' +
        'worker thread; what left this one behind (a test that ran out of time) is the fault to mend.',
    );
    this.elapsedMs = elapsedMs;
  }
}

/** The signal given to `simulate` was aborted; `cause` is its reason. */
export class SimulationCancelledError extends SimulationError {
  readonly code = 'SIMULATION_CANCELLED';
  readonly elapsedMs: number;

  constructor(elapsedMs: number, reason: unknown) {
    super(
      `Failed to finish the simulation: its signal was aborted at ${elapsedMs} ms of virtual time. ` +
        'Run it again without aborting to see the end.',
      { cause: reason },
    );
    this.elapsedMs = elapsedMs;
  }
}

/** A promise was rejected during the run and nobody handled it; `cause` is the reason. */
export class UnhandledRejectionInSimulationError extends SimulationError {
  readonly code = 'SIMULATION_UNHANDLED_REJECTION';
  readonly elapsedMs: number;

  constructor(elapsedMs: number, reason: unknown) {
    super(
      `Failed to finish the simulation: a promise was rejected without a handler at ${elapsedMs} ms ` +
        `of virtual time (${describe(reason)}). Handle the rejection, or pass onUnhandledRejection.`,
      { cause: reason },
    );
    this.elapsedMs = elapsedMs;
  }
}

/** A timer, an immediate or a listener threw, where Node would have ended the process. */
export class UncaughtErrorInSimulationError extends SimulationError {
  readonly code = 'SIMULATION_UNCAUGHT_ERROR';
  readonly elapsedMs: number;

  constructor(elapsedMs: number, error: unknown) {
    super(
      `Failed to finish the simulation: a callback threw at ${elapsedMs} ms of virtual time ` +
        `(${describe(error)}). Catch the error inside the callback.`,
      { cause: error },
    );
    this.elapsedMs = elapsedMs;
  }
}

/** Nothing is left to run, and the body has not finished. */
export class DeadlockError extends SimulationError {
  readonly code = 'SIMULATION_DEADLOCK';
  readonly elapsedMs: number;
  /** The last timers that fired, oldest first: what happened just before everything stopped. */
  readonly lastTimers: readonly string[];
  /** Where the promises still pending were made; empty unless `traceWaits` was on. */
  readonly pendingPromises: readonly string[];
  /** Unref'd timers that were left: they keep no run alive. */
  readonly unrefTimers: number;

  constructor(details: {
    readonly elapsedMs: number;
    readonly lastTimers: readonly string[];
    readonly pendingPromises: readonly string[] | undefined;
    readonly unrefTimers: number;
  }) {
    const { elapsedMs, lastTimers, pendingPromises, unrefTimers } = details;
    super(
      [
        `Failed to finish the simulation: deadlock at ${elapsedMs} ms of virtual time. The body waits ` +
          'for a promise, and no timer, immediate or hold is left that could settle it.',
        ...(unrefTimers > 0 ? [`Only ${unrefTimers} unref'd timer(s) are left.`] : []),
        pendingPromises === undefined
          ? 'Run it with the same seed and traceWaits: true to see where the pending promises were made.'
          : list('Pending promises, latest first, were made', pendingPromises),
        list('The last timers to fire', lastTimers),
        'What import() loads and other threads answer may also end here: wrap it in sim.hold.',
      ].join('\n'),
    );
    this.elapsedMs = elapsedMs;
    this.lastTimers = lastTimers;
    this.pendingPromises = pendingPromises ?? [];
    this.unrefTimers = unrefTimers;
  }
}

/** The simulated program began real input or output, or work of another thread, outside a hold. */
export class RealIoError extends SimulationError {
  readonly code = 'SIMULATION_REAL_IO';
  readonly elapsedMs: number;
  /** Kinds as in `process.getActiveResourcesInfo()`, e.g. `TCPSocketWrap`; one entry for each. */
  readonly resources: readonly string[];
  /** The line of the stack that began it, where that is known. */
  readonly place: string | undefined;

  private constructor(
    elapsedMs: number,
    resources: readonly string[],
    story: string,
    place?: string,
  ) {
    super(`Failed to finish the simulation: ${story}`);
    this.elapsedMs = elapsedMs;
    this.resources = resources;
    this.place = place;
  }

  /** Found in the call that began it. */
  static begun(elapsedMs: number, { kind, place }: BegunIo): RealIoError {
    const story =
      `real input, output or work of another thread (${kind}) was begun at ${elapsedMs} ms of virtual ` +
      `time${place === undefined ? '' : ` ${place}`}. How long it takes depends on the machine, so that ` +
      'no two runs would be alike. Wrap that work in sim.hold, or replace it by a simulated service; ' +
      'name its kind in ignoredIo if it is not of the simulated program.';
    return new RealIoError(elapsedMs, [kind], story, place);
  }

  /** Was begun in a hold, which has ended, and is all that could lead on. */
  static waitedFor(elapsedMs: number, resources: readonly string[]): RealIoError {
    const story =
      `at ${elapsedMs} ms of virtual time only real input or output is left to wait for ` +
      `(${listed(resources)}). Wait for it inside sim.hold, or replace it by a simulated service.`;
    return new RealIoError(elapsedMs, resources, story);
  }

  /** Was begun in a hold, and goes on after the body has finished. */
  static leftOver(elapsedMs: number, resources: readonly string[]): RealIoError {
    const story =
      `the body is done, but real input or output that it began still goes on (${listed(resources)}). ` +
      'Await it inside sim.hold, and close what was opened.';
    return new RealIoError(elapsedMs, resources, story);
  }
}

function listed(kinds: readonly string[]): string {
  return [...new Set(kinds)].join(', ');
}

/** `maxVirtualMs` was reached. */
export class VirtualTimeLimitError extends SimulationError {
  readonly code = 'SIMULATION_TIME_LIMIT';
  readonly maxVirtualMs: number;

  constructor(maxVirtualMs: number) {
    super(
      `Failed to finish the simulation: virtual time would pass maxVirtualMs (${maxVirtualMs}). ` +
        'Raise the limit, or stop the timer that keeps the run alive.',
    );
    this.maxVirtualMs = maxVirtualMs;
  }
}

/** Immediates rearm themselves for ever at one instant, and no timer is left to move time. */
export class LivelockError extends SimulationError {
  readonly code = 'SIMULATION_LIVELOCK';
  readonly elapsedMs: number;

  constructor(elapsedMs: number, rounds: number) {
    super(
      `Failed to finish the simulation: ${rounds} rounds of setImmediate at ${elapsedMs} ms of virtual ` +
        'time, and no timer is left that could end them. Wait with a timer instead of polling.',
    );
    this.elapsedMs = elapsedMs;
  }
}

/** A global could not be put back; `cause` is the first error. Restart the process. */
export class RestoreError extends SimulationError {
  readonly code = 'SIMULATION_NOT_RESTORED';

  constructor(cause: unknown) {
    super(
      'Failed to restore the globals after a simulation: one of them was locked in the meantime. ' +
        'Do not freeze globals in the body, and restart this process.',
      { cause },
    );
  }
}

function describe(reason: unknown): string {
  return reason instanceof Error ? `${reason.name}: ${reason.message}` : host.inspect(reason);
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0
    ? `${title}: none.`
    : `${title}:\n${items.map((i) => `  ${i}`).join('\n')}`;
}
