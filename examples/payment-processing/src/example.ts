import { defineExample } from '@firedrill/core/scenario';
import { rules } from './checks.ts';
import { traceFieldRemedy, visitCheckout } from './clients.ts';
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

/** A payment platform meets its Black Friday. */
export const example = defineExample({
  name: 'payment-processing',
  title: 'Payment processing: Black Friday',
  startsAt: '2026-11-27T14:00:00Z',
  settings: settingsSchema,
  services: serviceNames,
  traceFields: {
    merchant: 'id of the merchant, e.g. m-0001; drawn by traffic share when absent',
    amount: 'amount of the payment in US dollars; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  series,
  metrics,
  createWorld,
  implementations,
  visit: visitCheckout,
  watchers,
  rules,
  summarize,
  scenarios: { failure, recovery, scale, story },
});
