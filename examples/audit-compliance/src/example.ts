import { defineExample } from '@firedrill/core/scenario';
import { traceFieldRemedy, visitClinic } from './clients.ts';
import { offersEndMs } from './clients/offers.ts';
import { triesAgainMs } from './clients/outcomes.ts';
import { figures } from './figures.ts';
import * as implementations from './implementations/index.ts';
import { lazy } from './implementations/lazy.ts';
import { charts, measures } from './measurements.ts';
import { reports } from './reports.ts';
import { rules } from './rules.ts';
import { startsAt } from './scenarios/explain.ts';
import { failure } from './scenarios/failure.ts';
import { recovery } from './scenarios/recovery.ts';
import { scale } from './scenarios/scale.ts';
import { story } from './scenarios/story.ts';
import { createServices } from './services.ts';
import { settingsSchema } from './settings.ts';
import { signals } from './signals.ts';
import type { Clinics } from './types.ts';
import { processNames } from './world.ts';

/** Four clinics, and an audit trail that has holes when it matters. */
export const example = defineExample<Clinics>({
  name: 'audit-compliance',
  title: 'Audit and compliance: seen, and not on record',
  startsAt,
  settings: settingsSchema,
  traceFields: {
    patient: 'id of the patient, e.g. patient-0001; drawn when absent',
    kind: 'read, update or book; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  measures,
  reports,
  createServices,
  processes: ({ processes }) => processNames(processes),
  implementations,
  lazy,
  visit: visitClinic,
  signals,
  rules,
  figures,
  swarm: {
    // Fewer people, who meet more often: over a slot, in an emergency, and where they may not be; some at once.
    small: {
      requestsPerDay: 30_000,
      patients: 80,
      slots: 60,
      emergencyShare: 0.04,
      snoopShare: 0.08,
      crowdShare: 0.2,
    },
    unused: ['store.snapshots'],
    switches: [
      'examine',
      'careTeam',
      'retention',
      'ownLog',
      'sessions',
      'offers',
      'providers',
      'outcomes',
    ],
    settles: ({
      reminderMinutes,
      patienceMinutes,
      offers,
      outcomes,
      reviewMinutes,
      thinkSeconds,
    }) => ({
      'until the reminder of the last booking': 60_000 * reminderMinutes,
      'until nobody waits for it': 60_000 * patienceMinutes,
      ...(offers && { 'until nobody waits for a slot': offersEndMs }),
      ...(outcomes && {
        'until whoever was suspended tries again': triesAgainMs,
        'until that is escalated and reviewed':
          60_000 * (reviewMinutes + patienceMinutes) + 3_000 * thinkSeconds,
      }),
    }),
  },
  scenarios: { failure, recovery, scale, story },
});
