import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { checkCalls, handlersOf, resetCalls } from './handlers.ts';
import { concurrency, limitMs, type Row } from './rows.ts';
import type { Peer, Session } from './session.ts';

setFlagsFromString('--expose-gc');
const exposed: unknown = runInNewContext('gc');

/**
 * Collects young garbage, so that no run pays for the one before it. A full collection would also
 * throw away the code compiled for the closures of a run, and each peer would start cold in each
 * round.
 */
export function collectGarbage(): void {
  if (typeof exposed === 'function') exposed({ type: 'minor' });
}

/** Collects all garbage. */
export function collectAllGarbage(): void {
  if (typeof exposed === 'function') exposed();
}

/** One measurement of one peer on one row, in the unit of the row. */
export async function measure(peer: Peer, row: Row, events: number): Promise<number> {
  switch (row.measure) {
    case 'emit':
      return (await time(peer, row, events, undefined)).emitNs;
    case 'completion':
      return (await time(peer, row, events, undefined)).totalNs;
    case 'flat': {
      const one = await time(peer, { ...row, handlers: 1 }, events, undefined);
      const many = await time(peer, row, events, undefined);
      return many.emitNs / one.emitNs;
    }
    case 'limited':
      return (await time(peer, row, events, limitMs)).totalNs;
    case 'limit-ratio': {
      const without = await time(peer, row, events, undefined);
      const within = await time(peer, row, events, limitMs);
      return within.totalNs / without.totalNs;
    }
    case 'heap':
      return heapPerEmit(peer, row, events);
    case 'gap':
      return longestGapMs(peer, row, events);
    default:
      throw new TypeError(`Failed to measure: ${String(row.measure)} is unknown.`);
  }
}

function open(peer: Peer, row: Row, events: number, limit: number | undefined): Session {
  return peer.open({
    handlers: handlersOf(row.kind, row.handlers),
    concurrency,
    events,
    limitMs: limit,
  });
}

async function time(
  peer: Peer,
  row: Row,
  events: number,
  limit: number | undefined,
): Promise<{ emitNs: number; totalNs: number }> {
  const session = open(peer, row, events, limit);
  resetCalls();
  collectGarbage();
  const start = performance.now();
  for (let i = 0; i < events; i++) session.emit(i);
  const emitted = performance.now();
  await session.settled();
  const end = performance.now();
  checkCalls(peer.name, row.handlers, events);
  const nsPerEmit = 1e6 / events;
  return { emitNs: (emitted - start) * nsPerEmit, totalNs: (end - start) * nsPerEmit };
}

/** From the last emit to the last handler, between turns of the event loop. */
async function longestGapMs(peer: Peer, row: Row, events: number): Promise<number> {
  const session = open(peer, row, events, undefined);
  collectGarbage();
  for (let i = 0; i < events; i++) session.emit(i);
  let longest = 0;
  let last = performance.now();
  let isOver = false;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await session.settled();
  isOver = true;
  turn();
  return longest;
}

/** In a process of its own, where nothing else is on the heap. */
function heapPerEmit(peer: Peer, row: Row, events: number): number {
  const child = new URL('heap-child.ts', import.meta.url).pathname;
  const args = ['--expose-gc', child, peer.name, String(row.handlers), String(events)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Failed to measure the heap of ${peer.name}: ${stderr}`);
  return Number(stdout);
}
