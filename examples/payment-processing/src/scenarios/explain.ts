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
import { frozenMs, recoveryMs } from '../figures.ts';
import type { Payments } from '../types.ts';
import { hangId, rushFromMs, rushToMs, slowIds } from './storm.ts';

type Phase = Judged<Payments>;

/** When the run begins, for clocks in sentences. */
export const startsAt = '2026-11-27T14:00:00Z';

/** From the cause to the first victim, in figures of this run. */
export function explain(phase: Phase): Explanation {
  return { chain: chain(phase), lessons: lessons(phase) };
}

function chain(phase: Phase): readonly Link[] {
  const { pools, firstSignals, settings, seconds, faults } = phase;
  const pool = pools.get('connections');
  const exhaustedAtMs = firstSignals.get('pool-exhausted');
  if (pool === undefined || exhaustedAtMs === undefined) return [];
  const rush = seconds.filter(({ atMs }) => atMs > rushFromMs && atMs <= rushToMs);
  const attempts = rush.reduce(
    (sum, { values }) => sum + values.orders + values.customerRetries,
    0,
  );
  const hang = faults.find(({ id }) => id === hangId);
  const refusedAtMs = firstSignals.get('pool-refusing');
  const doubleAtMs = firstSignals.get('double-charge');
  const thawedAtMs = firstSignals.get('thawed');
  return [
    ...slowness(faults),
    ...(hang === undefined
      ? []
      : [
          {
            kind: 'cause' as const,
            text: `from ${formatClock(startsAt, hang.fromMs)} a call to a merchant that hangs takes ${formatValue(settings.webhookTimeoutMs, 'ms')}, its whole time limit`,
          },
        ]),
    ...littlesLaw({
      noun: 'connection',
      heldMs: pool.meanHeldMs,
      ratePerSecond: attempts / ((rushToMs - rushFromMs) / 1_000),
      of: settings.connections,
    }),
    {
      kind: 'resource',
      text: `at ${formatClock(startsAt, exhaustedAtMs)} all ${settings.connections} connections are in use`,
    },
    ...(refusedAtMs === undefined
      ? []
      : [
          {
            kind: 'victim' as const,
            text: `at ${formatClock(startsAt, refusedAtMs)} the first customer is refused, ${plural(pool.timedOut + pool.rejected, 'attempt')} in all`,
          },
        ]),
    ...(doubleAtMs === undefined
      ? []
      : [
          {
            kind: 'victim' as const,
            text: `at ${formatClock(startsAt, doubleAtMs)} the first customer is charged twice`,
          },
        ]),
    ...(hang === undefined || thawedAtMs === undefined || thawedAtMs <= hang.toMs
      ? []
      : [
          {
            kind: 'persistence' as const,
            text: `the merchants answer again at ${formatClock(startsAt, hang.toMs)}, and the freeze goes on for ${formatValue(thawedAtMs - hang.toMs, 'ms')}: customers who try again keep it up`,
          },
        ]),
    ...(pool.heldAt === undefined
      ? []
      : [{ kind: 'code' as const, text: `connections are taken at ${pool.heldAt}` }]),
  ];
}

/** The services beside the payment that are slow from the rush on. */
function slowness(faults: Phase['faults']): readonly Link[] {
  const slow = faults.filter(({ id }) => id !== undefined && slowIds.includes(id));
  const [first] = slow;
  if (first === undefined) return [];
  const services = new Intl.ListFormat('en').format(slow.map(({ service }) => service));
  return [
    {
      kind: 'cause',
      text: `from ${formatClock(startsAt, first.fromMs)} ${services}, called beside each payment, take seconds`,
    },
  ];
}

function lessons(phase: Phase): readonly Lesson[] {
  const { measured, truth, pools, settings } = phase;
  const held = pools.get('connections')?.meanHeldMs;
  const { limboCents } = truth.orders;
  const doubles = truth.gateways.doubleCharges;
  const lost = truth.hearsay.undeliveredWebhooks().length;
  const frozen = frozenMs(phase);
  const worst = measured.timeToPay.worstWindow(99)?.value;
  const all: readonly (Lesson | false)[] = [
    held !== undefined &&
      held > 100 && {
        text: `A connection was held for ${formatValue(held, 'ms')} on average, and a statement takes about 2 ms: hold it for the statement, not for what follows.`,
      },
    frozen > 0 && {
      text: `For ${formatValue(frozen, 'ms')} nobody paid at all; ${plural(measured.customerRetries.total, 'attempt')} were customers trying again. A platform that is late works for people who have left.`,
    },
    limboCents > 0 && {
      text: `${formatValue(limboCents / 100, 'usd')} were taken from customers who were never told: an attempt that nobody waits for any more still charges.`,
    },
    doubles.count > 0 && {
      text: `${plural(doubles.count, 'order')} were charged again: give the gateway the key of the order, not of the attempt.`,
    },
    lost > 0 &&
      frozen === 0 && {
        text: `${plural(lost, 'webhook')} never arrived: what must get done has to be written down, tried again and kept.`,
      },
    truth.hearsay.repeatedReceipts > 0 && {
      text: `${plural(truth.hearsay.repeatedReceipts, 'receipt')} went out again for an order that had one: what is done once per attempt is not done once.`,
    },
    worst !== undefined &&
      worst < 400 &&
      lost === 0 && {
        text: `The slowest five minutes paid within ${formatValue(worst, 'ms')} at the 99th percentile, with ${plural(measured.deadLetters.peak, 'dead letter')} kept at the most: the payment does not wait for what follows it.`,
      },
    recoveryMs(phase) > 60_000 && {
      text: `It took ${formatValue(recoveryMs(phase), 'ms')} after the last fault until paying was quick again: ${settings.customerAttempts} attempts a customer keep a full system full.`,
    },
  ];
  return all.filter((lesson) => lesson !== false).slice(0, 4);
}
