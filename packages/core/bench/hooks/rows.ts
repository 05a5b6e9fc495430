import type { BenchHandler, Peer } from './session.ts';

/** What a row has to show. */
export type Goal =
  | { readonly kind: 'faster-than'; readonly peer: string; readonly times: number }
  | { readonly kind: 'at-most'; readonly value: number };

/** How a row measures. All but `emit` also wait until every handler is over. */
export type Measure = 'emit' | 'completion' | 'limit-ratio' | 'heap' | 'gap';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly measure: Measure;
  readonly handlers: number;
  readonly handler: BenchHandler;
  readonly needs: 'sync' | 'async' | 'limit' | 'wait';
  readonly goal?: Goal;
}

export const concurrency = 10;
export const limitMs = 5_000;

const synchronous: BenchHandler = () => undefined;
const asynchronous: BenchHandler = async () => undefined;

const both = [1, 10] as const;
const plural = (handlers: number): string => `${handlers} handler${handlers === 1 ? '' : 's'}`;

export const rows: readonly Row[] = both.flatMap((handlers): Row[] => [
  {
    id: `emit-${handlers}`,
    title: `emit returns, ${plural(handlers)}`,
    measure: 'emit',
    handlers,
    handler: synchronous,
    needs: 'sync',
  },
  {
    id: `sync-${handlers}`,
    title: `emit to all run, synchronous, ${plural(handlers)}`,
    measure: 'completion',
    handlers,
    handler: synchronous,
    needs: 'sync',
  },
  {
    id: `async-${handlers}`,
    title: `emit to completion, asynchronous, ${plural(handlers)}`,
    measure: 'completion',
    handlers,
    handler: asynchronous,
    needs: 'async',
    goal: { kind: 'faster-than', peer: 'fastq', times: 1.5 },
  },
  {
    id: `limit-${handlers}`,
    title: `a 5 s limit, against the same without, ${plural(handlers)}`,
    measure: 'limit-ratio',
    handlers,
    handler: asynchronous,
    needs: 'limit',
    goal: { kind: 'at-most', value: 1.35 },
  },
  {
    id: `heap-${handlers}`,
    title: `heap per waiting emit, ${plural(handlers)}`,
    measure: 'heap',
    handlers,
    handler: asynchronous,
    needs: 'wait',
    goal: { kind: 'at-most', value: 48 },
  },
  {
    id: `gap-${handlers}`,
    title: `longest event-loop gap while the backlog drains, ${plural(handlers)}`,
    measure: 'gap',
    handlers,
    handler: asynchronous,
    needs: 'async',
  },
]);

export const unitOf: Record<Measure, string> = {
  emit: 'ns/emit',
  completion: 'ns/emit',
  'limit-ratio': 'ratio',
  heap: 'bytes/emit',
  gap: 'ms',
};

/** Whether a peer can do what a row asks for. */
export function takesPart(peer: Peer, row: Row): boolean {
  return peer.can.has(row.needs);
}
