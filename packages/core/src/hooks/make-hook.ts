import { requireDuration, requireKnown, requireSignal, requireType } from './check-options.ts';
import type { Hook } from './hook.ts';
import type { HookOptions } from './hooks.ts';
import type { HandlerContext } from './handler-context.ts';
import type { Lanes } from './lanes.ts';

const hookOptions = new Set([
  'name',
  'timeoutMs',
  'lane',
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
  const ownLimitMs = requireDuration('timeoutMs', options.timeoutMs ?? Infinity);
  const takesContext = options.context ?? handler.length >= 2;
  return {
    event,
    name: options.name ?? (handler.name === '' ? 'anonymous' : handler.name),
    invoke: handler,
    signal: options.signal,
    takesContext,
    limitMs: Math.min(globalLimitMs, ownLimitMs),
    lane: options.lane === undefined ? lanes.default : lanes.named(options.lane),
    isPlain: !takesContext,
    active: true,
    lines: undefined,
  };
}
