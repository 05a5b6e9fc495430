/** Stable codes of everything this room throws or reports. */
export type HookErrorCode =
  | 'HOOK_LIMIT'
  | 'HOOKS_CLOSED'
  | 'HANDLER_TIMEOUT'
  | 'EMIT_REFUSED'
  | 'TASK_ABANDONED';

/** Common ancestor of the errors of this room: catch it, then switch on `code`. */
export abstract class HookError extends Error {
  abstract readonly code: HookErrorCode;
}

/**
 * One more hook would pass a limit that exists to reveal leaking registrations, or make an event
 * that no emit of it fits into the pool.
 */
export class HookLimitError extends HookError {
  override readonly name = 'HookLimitError';
  readonly code = 'HOOK_LIMIT';
  /** Which limit was met: hooks of one event, hooks in all, or tasks that the pool can hold. */
  readonly scope: 'event' | 'total' | 'capacity';
  readonly event: string;
  readonly limit: number;

  constructor(scope: HookLimitError['scope'], event: string, limit: number) {
    super(`Failed to register a hook for "${event}": ${limitExplanations[scope](event, limit)}`);
    this.scope = scope;
    this.event = event;
    this.limit = limit;
  }
}

const limitExplanations: Record<HookLimitError['scope'], (event: string, limit: number) => string> =
  {
    event: (event, limit) =>
      `event "${event}" has ${limit} hooks already. ` +
      'Unregister hooks that are no longer needed, or raise maxHooksPerEvent.',
    total: (_event, limit) =>
      `all events together have ${limit} hooks already. ` +
      'Unregister hooks that are no longer needed, or raise maxHooks.',
    capacity: (_event, limit) =>
      `it would have more hooks than the pool has places for it (${limit}), so that every emit would ` +
      'be refused. Raise queueSize, or reserve fewer workers for other lanes.',
  };

/** A hook was registered after `close()`. */
export class HooksClosedError extends HookError {
  override readonly name = 'HooksClosedError';
  readonly code = 'HOOKS_CLOSED';
  readonly event: string;

  constructor(event: string) {
    super(
      `Failed to register a hook for "${event}": the hooks are closed. Register before close().`,
    );
    this.event = event;
  }
}

/**
 * A task met its time limit. What its handler had done by then is unknown: it may still finish.
 * It is the reason of the handler's `context.signal`, and what `onError` is given.
 */
export class HandlerTimeoutError extends HookError {
  override readonly name = 'HandlerTimeoutError';
  readonly code = 'HANDLER_TIMEOUT';
  readonly event: string;
  /** Name of the hook whose handler ran out of time. */
  readonly hook: string;
  /** False when the emit's own limit passed while the task was waiting: its handler never ran. */
  readonly started: boolean;

  constructor(event: string, hook: string, started: boolean) {
    super(
      started
        ? `Failed to finish hook "${hook}" of "${event}": its time limit passed while it ran. ` +
            'Stop at context.signal, or raise timeoutMs.'
        : `Failed to start hook "${hook}" of "${event}": the time limit of the emit passed while ` +
            'it waited. Add workers, shed load, or raise timeoutMs.',
    );
    this.event = event;
    this.hook = hook;
    this.started = started;
  }
}

/** The reason of `context.signal` when `close()` gave up on a running handler. */
export class TaskAbandonedError extends HookError {
  override readonly name = 'TaskAbandonedError';
  readonly code = 'TASK_ABANDONED';
  readonly event: string;
  readonly hook: string;

  constructor(event: string, hook: string) {
    super(
      `Failed to finish hook "${hook}" of "${event}": close() reached its limit first. ` +
        'Raise the timeoutMs of close().',
    );
    this.event = event;
    this.hook = hook;
  }
}

/** Why an emit was refused. */
export type RefusalReason =
  | 'queue-full'
  | 'wait-expired'
  | 'exceeds-capacity'
  | 'cancelled'
  | 'chain-too-long'
  | 'draining'
  | 'closed';

/**
 * An emit was refused: thrown by `assertAdmitted` for callers that prefer an exception to a value, and
 * the error of the dead letters of a refusal that nobody looked at.
 */
export class EmitRefusedError extends HookError {
  override readonly name = 'EmitRefusedError';
  readonly code = 'EMIT_REFUSED';
  readonly reason: RefusalReason | 'waiting';

  /** @param explanation the cause and the remedy, in sentences */
  constructor(reason: RefusalReason | 'waiting', explanation: string) {
    super(`Failed to emit: ${explanation}`);
    this.reason = reason;
  }
}

/** Why an emit is refused, of those refusals that become dead letters when nobody looks at them. */
export type UnheardReason = 'chain-too-long' | 'draining' | 'closed';

/** Those of the other refusals are with `assertAdmitted`, so that they are shipped to who calls it. */
export const unheardExplanations: Readonly<Record<UnheardReason, string>> = {
  'chain-too-long':
    'it follows from a chain of more than maxChainLength emits. ' +
    'End the chain, or raise maxChainLength if it is meant to be that long.',
  draining: 'the hooks are draining. Emit again once drain() has resolved.',
  closed: 'the hooks are closed. Stop producers before close().',
};
