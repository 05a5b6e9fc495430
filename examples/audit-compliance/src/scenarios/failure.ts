import type { Rule, StormScenario } from '@firedrill/core/scenario';
import { auditOf } from '../measurements.ts';
import type { Settings } from '../settings.ts';
import type { ClinicSystem } from '../system.ts';
import type { World } from '../world.ts';
import { storm } from './storm.ts';

type Sign = Rule<Settings, World, ClinicSystem>;

/** The signs by which the incident of direct calls is known. */
export const incident: readonly Sign[] = [
  {
    name: 'trail-has-holes',
    title: 'the audit trail has holes that nobody sees',
    kind: 'incident',
    expected: 'over 5 % of the accesses without any entry',
    evaluate(phase) {
      const { missing } = auditOf(phase);
      const share = missing / Math.max(1, phase.world.services.truth.totals.accesses);
      return {
        holds: share > 0.05,
        observed: `${missing} accesses, ${(100 * share).toFixed(1)} %`,
      };
    },
  },
  {
    name: 'sink-slows-care',
    title: 'a slow audit sink makes the staff wait',
    kind: 'incident',
    expected: 'over 10 s at the 99th percentile',
    evaluate({ meter }) {
      const p99 = meter.percentile('answer', 99) / 1_000;
      return { holds: p99 > 10, observed: `${p99.toFixed(1)} s` };
    },
  },
  {
    name: 'retry-storm',
    title: 'staff who try again touch the same data again',
    kind: 'incident',
    expected: 'over 20 % more requests than were asked',
    evaluate({ meter }) {
      const share = meter.total('retries') / Math.max(1, meter.total('asked'));
      return { holds: share > 0.2, observed: `${(100 * share).toFixed(0)} % more` };
    },
  },
  {
    name: 'denials-invisible',
    title: 'nobody can see who was refused',
    kind: 'incident',
    expected: 'no denial on record',
    evaluate(phase) {
      const { denials } = phase.world.services.truth.totals;
      const { denialsUnrecorded } = auditOf(phase);
      return {
        holds: denials > 0 && denialsUnrecorded === denials,
        observed: `${denialsUnrecorded} of ${denials} left no entry`,
      };
    },
  },
];

export const failure: StormScenario<Settings, World, ClinicSystem> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'Four clinics under HIPAA: 100,000 accesses to patients a day, and an entry for each of them in the',
    'audit trail, written once the access is over. It is Monday, 8:00.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  incident,
  next: '--scenario=recovery',
};
