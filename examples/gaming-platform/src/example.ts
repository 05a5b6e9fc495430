import { defineExample } from '@firedrill/core/scenario';
import { rules } from './checks.ts';
import { visitGame } from './clients.ts';
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

/** A game with a million players a day has a weekend event. */
export const example = defineExample({
  name: 'gaming-platform',
  title: 'Gaming platform: the weekend event',
  startsAt: '2026-06-06T18:00:00Z',
  settings: settingsSchema,
  services: serviceNames,
  traceFields: {},
  charts,
  series,
  metrics,
  createWorld,
  implementations,
  visit: visitGame,
  watchers,
  rules,
  summarize,
  scenarios: { failure, recovery, scale, story },
});
