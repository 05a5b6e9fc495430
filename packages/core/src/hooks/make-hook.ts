import { requireDuration, requireKnown, requireSignal, requireType } from './check-options.ts';
import type { Hook } from './hook.ts';
import type { HookOptions } from './hooks.ts';
import { AttemptContext, type HandlerContext } from './handler-context.ts';
import type { Lanes } from './lanes.ts';

const hookOptions = new Set([
  'name',
  'timeoutMs',
  'lane',
  'policy',
  'signal',
  'context',
] satisfies (keyof HookOptions)[]);

/** A handler of any event: by the length rule, it may take no context. */
export type ErasedHandler = (data: unknown, context?: HandlerContext) => unknown;

/**
 * Checks the options of a hook and builds what the pool calls.
 * @throws RangeError or TypeError naming the option
 */
export function makeHook(
  event: string,
  handler: ErasedHandler,
  options: HookOptions,
  lanes: Lanes,
  globalLimitMs: number,
): Hook {
  if (typeof handler !== 'function') {
    throw new TypeError(
      `Failed to register a hook for "${event}": the handler is ${typeof handler}. Give a function.`,
    );
  }
  requireKnown('hook', options, hookOptions);
  requireType('name', options.name, 'string');
  requireType('context', options.context, 'boolean');
  requireSignal('signal', options.signal);
  const { policy } = options;
  if (policy !== undefined && typeof policy?.execute !== 'function') {
    throw new TypeError(
      `Failed to register a hook for "${event}": its policy has no execute function. ` +
        'Give a policy such as those of cockatiel.',
    );
  }
  const ownLimitMs = requireDuration('timeoutMs', options.timeoutMs ?? Infinity);
  const takesContext = options.context ?? handler.length >= 2;
  return {
    event,
    name: options.name ?? (handler.name === '' ? 'anonymous' : handler.name),
    invoke: invoker(handler, options, takesContext),
    signal: options.signal,
    takesContext: takesContext || policy !== undefined,
    limitMs: Math.min(globalLimitMs, ownLimitMs),
    lane: options.lane === undefined ? lanes.default : lanes.named(options.lane),
    isPlain: !takesContext && policy === undefined,
    active: true,
    lines: undefined,
  };
}

function invoker(
  handler: ErasedHandler,
  { policy }: HookOptions,
  takesContext: boolean,
): Hook['invoke'] {
  if (policy === undefined) return handler;
  return (data, context) => {
    const signal = context?.signal;
    const attempt = (given: { readonly signal: AbortSignal } | undefined): unknown => {
      // A retry may have been asleep when the limit passed: no attempt follows it.
      signal?.throwIfAborted();
      if (!takesContext || context === undefined) return handler(data);
      const attempted = given?.signal;
      return handler(
        data,
        attempted === undefined ? context : new AttemptContext(context, attempted),
      );
    };
    return policy.execute(attempt, signal);
  };
}
