import { defineExample } from '@firedrill/core/scenario';
import { rules } from './checks.ts';
import { traceFieldRemedy, visitShop } from './clients.ts';
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

/** A shop sells what it has, and no more, on Black Friday. */
export const example = defineExample({
  name: 'inventory-management',
  title: 'Inventory management: sold out, and sold again',
  startsAt: '2026-11-27T09:00:00Z',
  settings: settingsSchema,
  services: serviceNames,
  traceFields: {
    product: 'id of the product, e.g. p-001; drawn by demand when absent',
    quantity: 'units in the cart; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  series,
  metrics,
  createWorld,
  implementations,
  visit: visitShop,
  watchers,
  rules,
  summarize,
  scenarios: { failure, recovery, scale, story },
});
