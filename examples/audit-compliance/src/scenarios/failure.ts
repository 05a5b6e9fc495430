import { ruleWords, type StormScenario } from '@firedrill/core/scenario';
import { auditOf } from '../rules.ts';
import type { Clinics } from '../types.ts';
import { explain } from './explain.ts';
import { sinkIds, storm } from './storm.ts';

const { defineSigns, sign } = ruleWords<Clinics>();

/** The signs by which the incident of direct calls is known. */
export const signs = defineSigns({
  'trail-has-holes': sign(
    'the audit trail has holes that nobody sees',
    (phase) =>
      phase.truth.totals.accesses === 0
        ? undefined
        : auditOf(phase).missing / phase.truth.totals.accesses,
    { over: 0.05, unit: 'ratio', of: 'of the accesses without any entry' },
  ),
  'sink-slows-care': sign(
    'a slow audit sink makes the staff wait',
    ({ measured }) => measured.timeToAnswer.p99,
    { over: 10_000, unit: 'ms', of: 'at the 99th percentile' },
  ),
  'retry-storm': sign(
    'staff who try again touch the same data again',
    ({ measured }) =>
      measured.asked.total === 0 ? undefined : measured.retries.total / measured.asked.total,
    { over: 0.2, unit: 'ratio', of: 'more requests than were asked' },
  ),
});

export const failure: StormScenario<Clinics> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'Four clinics under HIPAA: 100,000 accesses to patients a day, and an entry for each of them in the',
    'audit trail, written once the access is over. It is Monday, 8:00.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  signs,
  cause: {
    label: 'an audit sink that is slow and then hangs',
    conditions: { sink: { label: 'the slow and hanging sink', faults: sinkIds } },
  },
  explain,
  next: '--scenario=recovery',
};
