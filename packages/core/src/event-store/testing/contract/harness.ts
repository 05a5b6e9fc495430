import type { EventCatalogue } from '../../catalogue/define-events.ts';
import type { EventStore } from '../../event-store.ts';
import type { NewEvent, StreamId } from '../../event.ts';

/** How the contract suite gets at an adapter. */
export interface EventStoreHarness<Tx> {
  /** Opens a store without any events. The suite closes it. */
  open(options?: { readonly catalogue?: EventCatalogue }): Promise<EventStore<Tx>>;
  /** Opens a second store on the same data, e.g. with another catalogue. The suite closes it. */
  reopen(
    store: EventStore<Tx>,
    options?: { readonly catalogue?: EventCatalogue },
  ): Promise<EventStore<Tx>>;
  /**
   * Whether transactions run beside each other. In an embedded database with one connection they run
   * one after another, and what needs two at once is left out.
   */
  readonly hasConcurrentTransactions: boolean;
}

/** Runs `body` with a store of its own. */
export async function withStore<Tx>(
  harness: EventStoreHarness<Tx>,
  body: (store: EventStore<Tx>) => Promise<void>,
  options?: { readonly catalogue?: EventCatalogue },
): Promise<void> {
  const store = await harness.open(options);
  try {
    await body(store);
  } finally {
    await store.close();
  }
}

export const order = (id: string): StreamId => ({ category: 'order', id });

/** `count` events of a type, numbered in their payload from `first`. */
export function numbered(count: number, type = 'order.placed', first = 1): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({ type, data: { number: first + index } }));
}

/** A promise with the functions that settle it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Calls a method as a program without types may: with arguments that the types would refuse. */
export function callUntyped(
  target: object,
  method: string,
  ...args: readonly unknown[]
): Promise<unknown> {
  const call: unknown = Reflect.get(target, method);
  if (typeof call !== 'function') throw new TypeError(`there is no method ${method}`);
  const answer: Promise<unknown> = Reflect.apply(call, target, args);
  return answer;
}
