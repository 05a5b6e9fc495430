import type { BenchHandler } from './session.ts';

/** Calls counted by each handler, so that a run can be checked to have done its work. */
const calls = new Float64Array(10);

/*
 * Ten functions of their own rather than one function ten times: an application's handlers differ,
 * and a compiler that sees one callee inlines it away. Each counts its call, which is the least that
 * cannot be optimised into nothing.
 */
const synchronous: readonly BenchHandler[] = [
  () => count(0),
  () => count(1),
  () => count(2),
  () => count(3),
  () => count(4),
  () => count(5),
  () => count(6),
  () => count(7),
  () => count(8),
  () => count(9),
];

const asynchronous: readonly BenchHandler[] = [
  async () => count(0),
  async () => count(1),
  async () => count(2),
  async () => count(3),
  async () => count(4),
  async () => count(5),
  async () => count(6),
  async () => count(7),
  async () => count(8),
  async () => count(9),
];

function count(handler: number): void {
  calls[handler] = (calls[handler] ?? 0) + 1;
}

/** The first `count` handlers of a kind. */
export function handlersOf(kind: 'sync' | 'async', handlers: number): readonly BenchHandler[] {
  return (kind === 'sync' ? synchronous : asynchronous).slice(0, handlers);
}

export function resetCalls(): void {
  calls.fill(0);
}

/** @throws Error when a handler was not called for every event: the peer has not done the work */
export function checkCalls(peer: string, handlers: number, events: number): void {
  for (let i = 0; i < handlers; i++) {
    if (calls[i] === events) continue;
    throw new Error(
      `Failed to measure ${peer}: handler ${i} was called ${calls[i]} times for ${events} events.`,
    );
  }
}
