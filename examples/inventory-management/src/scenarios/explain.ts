import {
  type Explanation,
  formatClock,
  formatValue,
  type Judged,
  type Lesson,
  type Link,
  littlesLaw,
  plural,
} from '@firedrill/core/scenario';
import { downstreamNames } from '../domain/downstreams.ts';
import { frozenMs, worstAmplification } from '../figures.ts';
import { latencies } from '../services/latencies.ts';
import type { Inventory } from '../types.ts';
import { poolNames } from '../world.ts';
import { startsAt } from './storm.ts';

type Phase = Judged<Inventory>;

const clock = (atMs: number): string => formatClock(startsAt, atMs);
const duration = (ms: number): string => formatValue(ms, 'ms');

/** From the cause to the first victim, with the figures of this run, and what it teaches. */
export function explain(phase: Phase): Explanation {
  return { chain: chain(phase), lessons: lessons(phase) };
}

/** How a slow downstream service comes to stop the shop, if the connections ran out. */
function chain(phase: Phase): readonly Link[] {
  const { pools, firstSignals, settings, seconds, faults, measured } = phase;
  const exhaustedAtMs = firstSignals.get('pool-exhausted');
  const pool = poolNames.map((name) => pools.get(name)).find((each) => each?.heldAt !== undefined);
  if (pool === undefined || exhaustedAtMs === undefined) return [];
  const slow = faults.filter(
    ({ kind, service }) =>
      (kind === 'slow' || kind === 'hang') && downstreamNames.some((name) => name === service),
  );
  const fromMs = Math.min(...slow.map((fault) => fault.fromMs));
  const toMs = Math.max(...slow.map((fault) => fault.toMs));
  const meanwhile = seconds.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
  const presses = meanwhile.reduce((sum, { values }) => sum + values.presses, 0);
  const frozenAtMs = firstSignals.get('frozen');
  const thawedAtMs = firstSignals.get('thawed');
  const freeAtMs = firstSignals.get('pool-free');
  const refused = measured.connectionsRefused.last;
  const all: readonly (Link | undefined)[] = [
    ...slow.map((fault): Link => ({
      kind: 'cause',
      text: `from ${clock(fault.fromMs)} to ${clock(fault.toMs)} ${fault.service}, one of ${downstreamNames.length} services that are told of each sale, ${causeText(fault)}`,
    })),
    ...(meanwhile.length === 0
      ? []
      : littlesLaw({
          noun: 'connection',
          heldMs: pool.meanHeldMs,
          ratePerSecond: presses / meanwhile.length,
          of: settings.connections,
        })),
    {
      kind: 'resource',
      text: `at ${clock(exhaustedAtMs)} no connection is free, and shoppers wait for one`,
    },
    refused === 0
      ? undefined
      : { kind: 'victim', text: `${plural(refused, 'press')} end without a connection, in all` },
    frozenAtMs === undefined
      ? undefined
      : {
          kind: 'victim',
          text: `at ${clock(frozenAtMs)} nothing has been sold for ten seconds; in all it is ${duration(frozenMs(phase))} without a sale`,
        },
    pool.heldAt === undefined
      ? undefined
      : { kind: 'code', text: `they are held at ${pool.heldAt}` },
    ...persistence(toMs, thawedAtMs, freeAtMs),
  ];
  return all.filter((link) => link !== undefined);
}

function causeText(fault: Phase['faults'][number]): string {
  if (fault.kind !== 'slow') return 'does not answer';
  const { latency, factor } = fault;
  if (latency === undefined) return `takes ${factor} times as long as usual`;
  const medianMs = 'fixedMs' in latency ? latency.fixedMs : latency.p50Ms;
  return `takes ${duration(medianMs)} at the median`;
}

/** How long the state outlives its cause, if it does. */
function persistence(
  endedAtMs: number,
  thawedAtMs: number | undefined,
  freeAtMs: number | undefined,
): readonly Link[] {
  const lastMs = Math.max(thawedAtMs ?? 0, freeAtMs ?? 0);
  if (lastMs <= endedAtMs) return [];
  return [
    {
      kind: 'persistence',
      text: `the service is well again at ${clock(endedAtMs)}; the shop needs ${duration(lastMs - endedAtMs)} more`,
    },
  ];
}

/** Two to four of what this run teaches: the gravest first. */
function lessons(phase: Phase): readonly Lesson[] {
  const { measured, truth, pools, unhandledRejections } = phase;
  const { unitsOff, endedTwice, conflicts, reservations, sold, released, expired } =
    truth.stock.totals;
  const held = poolNames
    .map((name) => pools.get(name)?.meanHeldMs)
    .reduce<number>((most, each) => Math.max(most, each ?? 0), 0);
  const traces = truth.orders.traces();
  const cents = traces.reduce((sum, { chargedCents }) => sum + chargedCents, 0);
  const again = worstAmplification(phase) ?? 1;
  const open = reservations - sold - released - expired;
  const wrong = truth.views.wrong();
  const worst = measured.timeToFill.worstWindow(99)?.value;
  const know = measured.timeToKnow.p99;
  const all: readonly (string | false)[] = [
    held > 100 &&
      `A connection was held for ${duration(held)} on average, and a statement takes ${duration(latencies.stock.p50Ms)}: hold it for the statement, and for nothing that is waited for besides.`,
    endedTwice > 0 &&
      `${plural(endedTwice, 'reservation')} ended twice, in another way each time: an end that is set for later has to be called off when there is another.`,
    open > 0 &&
      `${plural(open, 'reservation')} never ended, and ${plural(measured.lockedAway.peak, 'unit')} that nobody had a claim to were not for sale at the worst moment: what is taken for a while needs an end of its own.`,
    unhandledRejections > 0 &&
      `${plural(unhandledRejections, 'rejection')} reached nobody: what is started and forgotten fails unheard, and Node ends the process at the first of them.`,
    unitsOff > 0 &&
      `${plural(unitsOff, 'unit')} are in no account: who reads a figure and writes it back less one undoes what others wrote meanwhile. Let the database refuse what was decided on an old figure.`,
    traces.length > 0 &&
      `${plural(traces.length, 'order')} failed for the shopper and left something, ${formatValue(cents / 100, 'usd')} among it: a time-out is not a failure, it is not knowing. Ask, and undo.`,
    again >= 1.5 &&
      `In the worst minute there were ${again.toFixed(1)} presses for each shopper who came: a shop that is late works for people who have gone.`,
    wrong > 0 &&
      `${plural(wrong, 'product')} are wrong in some service to the end: tell the state with its version, and tell it again to who missed it.`,
    conflicts > 0 &&
      unitsOff === 0 &&
      `${plural(conflicts, 'reservation')} met a row that somebody else had just changed; each was refused, looked again, and no unit got lost.`,
    worst !== undefined &&
      worst < 200 &&
      know !== undefined &&
      know < 5_000 &&
      `Filling a cart took ${duration(worst)} in the slowest five minutes (99th percentile), and services that are well knew of a change within ${duration(know)}: nobody waits for the slowest of ${downstreamNames.length}.`,
    truth.bank.refunds > 0 &&
      traces.length === 0 &&
      `${plural(truth.bank.refunds, 'charge')} were given back for orders that could not be sent, and none stayed behind.`,
  ];
  return all
    .filter((text) => text !== false)
    .slice(0, 4)
    .map((text) => ({ text }));
}
