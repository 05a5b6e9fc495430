import { defineExample } from '@firedrill/core/scenario';
import { rules } from './checks.ts';
import { traceFieldRemedy, visitClinic } from './clients.ts';
import { implementations } from './implementations/index.ts';
import { charts, metrics, series, summarize } from './measurements.ts';
import { failure } from './scenarios/failure.ts';
import { recovery } from './scenarios/recovery.ts';
import { scale } from './scenarios/scale.ts';
import { story } from './scenarios/story.ts';
import { serviceNames } from './services.ts';
import { settingsSchema } from './settings.ts';
import { watchers } from './signals.ts';
import { createWorld } from './world.ts';

/** Four clinics, and an audit trail that has holes when it matters. */
export const example = defineExample({
  name: 'audit-compliance',
  title: 'Audit and compliance: seen, and not on record',
  startsAt: '2026-11-23T08:00:00Z',
  settings: settingsSchema,
  services: serviceNames,
  traceFields: {
    patient: 'id of the patient, e.g. patient-0001; drawn when absent',
    kind: 'read, update or book; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  series,
  metrics,
  createWorld,
  implementations,
  visit: visitClinic,
  watchers,
  rules,
  summarize,
  scenarios: { failure, recovery, scale, story },
});
