import { defineExample } from '@firedrill/core/scenario';
import { rules } from './checks.ts';
import { traceFieldRemedy, visitCanvas } from './clients.ts';
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

/** Shared canvases meet their Monday morning. */
export const example = defineExample({
  name: 'collaboration-platform',
  title: 'Collaboration platform: Monday at ten',
  startsAt: '2026-03-02T09:59:00Z',
  settings: settingsSchema,
  services: serviceNames,
  traceFields: {
    room: 'name of the canvas that the person opens; drawn when absent',
    role: 'viewer, editor or admin; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  series,
  metrics,
  createWorld,
  implementations,
  visit: visitCanvas,
  watchers,
  rules,
  summarize,
  scenarios: { failure, recovery, scale, story },
});
