import type { BenchHandler } from './session.ts';

/** Calls counted by each handler, so that a run can be checked to have done its work. */
const calls = new Float64Array(10);

/*
 * Ten functions of their own rather than one function ten times: an application's handlers differ,
 * and a compiler that sees one callee inlines it away. Each counts its call, which is the least that
 * cannot be optimised into nothing.
 */
const synchronous: readonly BenchHandler[] = [
  () => void count(0),
  () => void count(1),
  () => void count(2),
  () => void count(3),
  () => void count(4),
  () => void count(5),
  () => void count(6),
  () => void count(7),
  () => void count(8),
  () => void count(9),
];

const asynchronous: readonly BenchHandler[] = [
  async () => void count(0),
  async () => void count(1),
  async () => void count(2),
  async () => void count(3),
  async () => void count(4),
  async () => void count(5),
  async () => void count(6),
  async () => void count(7),
  async () => void count(8),
  async () => void count(9),
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
