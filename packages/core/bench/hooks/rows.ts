import { peers } from './peers.ts';
import type { Peer } from './session.ts';

/** What a row has to show. */
export type Goal =
  /** How many times our figure that of each of these peers must be at least. */
  | { readonly kind: 'times-ours'; readonly peers: readonly string[]; readonly times: number }
  | { readonly kind: 'at-most'; readonly value: number };

/** How a row measures. All but `emit` and `flat` also wait until every handler is over. */
export type Measure = 'emit' | 'flat' | 'completion' | 'limited' | 'limit-ratio' | 'heap' | 'gap';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly measure: Measure;
  readonly handlers: number;
  readonly kind: 'sync' | 'async';
  readonly needs: 'sync' | 'async' | 'limit' | 'wait';
  readonly goals: readonly Goal[];
}

export const concurrency = 10;
export const limitMs = 5_000;

const atMost = (value: number): Goal => ({ kind: 'at-most', value });
const timesOurs = (times: number, ...names: readonly string[]): Goal => ({
  kind: 'times-ours',
  peers: names,
  times,
});

/** Queues that run a handler later than the emit, each as a task of its own. */
const deferring = ['fastq', 'async.cargo', 'effect', 'p-queue', 'emittery'];

const goals: Readonly<Record<string, readonly Goal[]>> = {
  'emit-1': [timesOurs(2, 'async.cargo')],
  'emit-10': [timesOurs(15, ...deferring), timesOurs(6, 'eventemitter3')],
  'flat-10': [atMost(1.2)],
  'sync-1': [timesOurs(2.5, 'fastq')],
  'sync-10': [timesOurs(4, 'fastq')],
  'async-1': [
    timesOurs(1.8, 'fastq'),
    timesOurs(20, 'p-queue'),
    timesOurs(1 / 1.1, 'loops by hand'),
  ],
  'async-10': [
    timesOurs(1.5, 'fastq'),
    timesOurs(20, 'p-queue'),
    timesOurs(1 / 1.1, 'loops by hand'),
  ],
  'limit-1': [atMost(1.25)],
  'limit-10': [atMost(1.25)],
  'limited-1': [timesOurs(3, 'fastq')],
  'limited-10': [timesOurs(3, 'fastq')],
  'heap-1': [atMost(32)],
  'heap-10': [atMost(32)],
  'gap-1': [timesOurs(4, 'fastq'), timesOurs(1, 'effect')],
  'gap-10': [timesOurs(4, 'fastq'), timesOurs(1, 'effect')],
};

const plural = (handlers: number): string => `${handlers} handler${handlers === 1 ? '' : 's'}`;

function row(
  name: string,
  handlers: number,
  title: string,
  rest: Pick<Row, 'measure' | 'kind' | 'needs'>,
): Row {
  const id = `${name}-${handlers}`;
  return { id, title, handlers, goals: goals[id] ?? [], ...rest };
}

export const rows: readonly Row[] = [1, 10].flatMap((n): Row[] => [
  row('emit', n, `emit returns, ${plural(n)}`, { measure: 'emit', kind: 'sync', needs: 'sync' }),
  ...(n === 1
    ? []
    : [
        row('flat', n, `emit returns, ${plural(n)} against 1`, {
          measure: 'flat',
          kind: 'sync',
          needs: 'sync',
        }),
      ]),
  row('sync', n, `emit to all run, synchronous, ${plural(n)}`, {
    measure: 'completion',
    kind: 'sync',
    needs: 'sync',
  }),
  row('async', n, `emit to completion, asynchronous, ${plural(n)}`, {
    measure: 'completion',
    kind: 'async',
    needs: 'async',
  }),
  row('limit', n, `a 5 s limit, against the same without, ${plural(n)}`, {
    measure: 'limit-ratio',
    kind: 'async',
    needs: 'limit',
  }),
  row('limited', n, `emit to completion with a 5 s limit, ${plural(n)}`, {
    measure: 'limited',
    kind: 'async',
    needs: 'limit',
  }),
  row('heap', n, `heap per waiting emit, ${plural(n)}`, {
    measure: 'heap',
    kind: 'async',
    needs: 'wait',
  }),
  row('gap', n, `longest event-loop gap while the backlog drains, ${plural(n)}`, {
    measure: 'gap',
    kind: 'async',
    needs: 'async',
  }),
]);

export const unitOf: Record<Measure, string> = {
  emit: 'ns/emit',
  flat: 'ratio',
  completion: 'ns/emit',
  limited: 'ns/emit',
  'limit-ratio': 'ratio',
  heap: 'bytes/emit',
  gap: 'ms',
};

/** The peers that can do what a row asks for; ours is the first. */
export function takingPart({ needs }: Row): readonly Peer[] {
  return peers.filter((peer) => peer.can.has(needs));
}
