import { AttemptContext, type HandlerContext, TaskContext } from './handler-context.ts';
import type { Handler } from './hooks.ts';

/**
 * What can be put around a hook: anything that executes a function. The shape is cockatiel's, so
 * its retries, circuit breakers, bulkheads, fallbacks and wrapped combinations plug in as they are.
 *
 * The time limit of the task covers the whole execution, retries and their delays included; its
 * signal is handed to the policy, so that a retry stops when the limit passes.
 */
export interface HookPolicy {
  execute<Result>(
    fn: (context: { readonly signal: AbortSignal }) => PromiseLike<Result> | Result,
    signal?: AbortSignal,
  ): PromiseLike<unknown>;
}

/**
 * A handler with a policy around each of its calls: a retry, a breaker, or anything else in
 * cockatiel's shape. It has the name of the handler, and gives it a context by the same rule: when it
 * declares a second parameter.
 *
 * ```ts
 * import { createHooks, withPolicy } from '@firedrill/core/hooks';
 * import { createRetry } from '@firedrill/core/resilience';
 *
 * const backoff = { initialMs: 100, maxMs: 1_000, factor: 2, jitter: 'full' } as const;
 * const retry = createRetry({ maxAttempts: 3, backoff });
 * const hooks = createHooks<{ captured: { url: string } }>();
 * hooks.hook('captured', withPolicy(retry, ({ url }, { signal }) => fetch(url, { signal })));
 * ```
 *
 * @throws TypeError when the policy has no `execute`, or the handler is no function
 */
export function withPolicy<Data, Event extends string = string, Lane extends string = string>(
  policy: HookPolicy,
  handler: Handler<Data, Event, Lane>,
): Handler<Data, Event, Lane> {
  if (typeof policy?.execute !== 'function') {
    throw new TypeError(
      'Failed to put a policy around a handler: it has no execute function. ' +
        'Give a policy such as those of cockatiel.',
    );
  }
  if (typeof handler !== 'function') {
    throw new TypeError(
      `Failed to put a policy around a handler: the handler is ${typeof handler}. Give a function.`,
    );
  }
  const takesContext = handler.length >= 2;
  const guarded = (data: Data, context: HandlerContext<Event, Lane>): unknown => {
    const { signal } = context;
    const attempt = (given: { readonly signal: AbortSignal } | undefined): unknown => {
      // A retry may have been asleep when the limit passed: no attempt follows it.
      signal.throwIfAborted();
      // One argument only, since its second parameter may have a default.
      const own = takesContext ? [contextOfAttempt(context, given?.signal)] : [];
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- by the length rule
      return handler(data, ...(own as [HandlerContext<Event, Lane>]));
    };
    return policy.execute(attempt, signal);
  };
  return Object.defineProperty(guarded, 'name', { value: handler.name });
}

function contextOfAttempt<Context extends HandlerContext>(
  context: Context,
  signal: AbortSignal | undefined,
): Context {
  if (signal === undefined || !(context instanceof TaskContext)) return context;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same task, event and lane
  return new AttemptContext(context, signal) as HandlerContext as Context;
}
