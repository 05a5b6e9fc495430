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
import { recoveryMs } from '../figures.ts';
import { auditOf } from '../rules.ts';
import type { Clinics } from '../types.ts';
import { hangFromMs, hangToMs, slowFromMs } from './storm.ts';

type Phase = Judged<Clinics>;

/** When the run begins, for clocks in sentences. */
export const startsAt = '2026-11-23T08:00:00Z';

/** From the cause to the first victim, in figures of this run. */
export const explain = (phase: Phase): Explanation => ({
  chain: chain(phase),
  lessons: lessons(phase),
});

function chain(phase: Phase): readonly Link[] {
  const { firstSignals, pools, seconds, settings, truth, faults } = phase;
  const slowAtMs = firstSignals.get('answers-slow');
  const pool = pools.get('connections');
  const sink = faults.find(({ service }) => service === 'audit');
  if (slowAtMs === undefined || pool === undefined) return [];
  const during = seconds.filter(({ atMs }) => atMs > slowFromMs && atMs <= hangToMs);
  const presses = during.reduce((sum, { values }) => sum + values.presses, 0);
  const { missing } = auditOf(phase);
  const recovery = recoveryMs(phase);
  return [
    ...(sink === undefined
      ? []
      : [
          {
            kind: 'cause' as const,
            text: `from ${formatClock(startsAt, sink.fromMs)} the auditors' service takes seconds for an entry, and from ${formatClock(startsAt, hangFromMs)} it does not answer`,
          },
        ]),
    ...littlesLaw({
      noun: 'connection',
      heldMs: pool.meanHeldMs,
      ratePerSecond: presses / ((hangToMs - slowFromMs) / 1_000),
      of: settings.processes * settings.connections,
    }),
    {
      kind: 'victim',
      text: `at ${formatClock(startsAt, slowAtMs)} the staff waits for a sink that has nothing to do with care`,
    },
    ...(missing === 0
      ? []
      : [
          {
            kind: 'victim' as const,
            text: `${plural(missing, 'access')} of ${formatValue(truth.totals.accesses, 'count')} happened, and the entry that was to follow never came`,
          },
        ]),
    ...(recovery === 0
      ? []
      : [
          {
            kind: 'persistence' as const,
            text: `the sink answers again at ${formatClock(startsAt, hangToMs)}, and the staff waits for another ${formatValue(recovery, 'ms')}: whoever tries again keeps it busy`,
          },
        ]),
    ...(pool.heldAt === undefined
      ? []
      : [{ kind: 'code' as const, text: `connections are held at ${pool.heldAt}` }]),
  ];
}

function lessons(phase: Phase): readonly Lesson[] {
  const { truth, measured } = phase;
  const { totals } = truth;
  const { missing, twice, denialsUnrecorded, unsent, entries } = auditOf(phase);
  const all: readonly (Lesson | false)[] = [
    totals.unannounced > 0 && {
      text: `${plural(totals.unannounced, 'access')} came before their entry was safe, and ${plural(missing, 'access')} have none: commit the entry first, then touch the data.`,
    },
    denialsUnrecorded > 0 && {
      text: `${plural(denialsUnrecorded, 'denial')} left no trace: who probes is seen only if refusals are on record.`,
    },
    totals.unlawful > 0 && {
      text: `${plural(totals.unlawful, 'unlawful access')} went through, because a role alone was asked: purpose, care team and consent belong to the decision.`,
    },
    twice > 0 && {
      text: `${plural(twice, 'entry')} stand twice: an answer that was lost is no entry that was lost, and an id tells them apart.`,
    },
    unsent > 0 && {
      text: `${plural(unsent, 'message')} that were promised never went out: what follows stands in the store, or dies with the process.`,
    },
    totals.unannounced === 0 &&
      missing === 0 && {
        text: `All ${plural(entries, 'entry')} were safe before the data was touched, over ${plural(measured.crashes.total, 'crash')}.`,
      },
  ];
  return all.filter((lesson) => lesson !== false).slice(0, 4);
}
