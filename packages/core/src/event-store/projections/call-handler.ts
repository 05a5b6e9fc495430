import type { AnyEvent, RecordedEvent } from '../event.ts';
import type { Projection, ProjectionContext } from './define-projection.ts';
import { ProjectionTimeoutError } from './errors.ts';

/** A call of the handler that can be cut short. */
export interface HandlerCall<Tx, Event extends AnyEvent> {
  readonly events: readonly RecordedEvent<Event>[];
  readonly tx: Tx;
  readonly context: Omit<ProjectionContext, 'projection' | 'signal'>;
  /** Cuts the call short, and with it the transaction. */
  readonly interrupt: AbortSignal;
}

/**
 * Calls the handler, for as long as its projection allows. A handler that goes on after that finds its
 * transaction ended.
 *
 * @throws ProjectionTimeoutError, the reason of `interrupt`, or what the handler threw.
 */
export async function callHandler<Tx, Event extends AnyEvent>(
  projection: Projection<Tx, Event>,
  { events, tx, context, interrupt }: HandlerCall<Tx, Event>,
): Promise<void> {
  interrupt.throwIfAborted();
  const { name, handlerTimeoutMs } = projection;
  const controller = new AbortController();
  const { promise: cutShort, reject } = Promise.withResolvers<never>();
  const cut = (reason: unknown): void => {
    // The rejection first: a handler that rejects on abort must not be taken for a failing one.
    reject(reason);
    controller.abort(reason);
  };
  const onInterrupt = (): void => cut(interrupt.reason);
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  const timer = setTimeout(() => {
    cut(new ProjectionTimeoutError(name, handlerTimeoutMs));
  }, handlerTimeoutMs);
  const { signal } = controller;
  try {
    const call = async (): Promise<void> =>
      projection.handle(events, tx, { ...context, projection: name, signal });
    await Promise.race([cutShort, call()]);
  } finally {
    clearTimeout(timer);
    interrupt.removeEventListener('abort', onInterrupt);
  }
}
