import { defineExample } from '@firedrill/core/scenario';
import { traceFieldRemedy, visitCheckout } from './clients.ts';
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
import { firstGateways, secondGateways } from './truth/needs.ts';
import { signals } from './signals.ts';
import type { Payments } from './types.ts';

/** A payment platform meets its Black Friday. */
export const example = defineExample<Payments>({
  name: 'payment-processing',
  title: 'Payment processing: Black Friday',
  startsAt,
  settings: settingsSchema,
  traceFields: {
    merchant: 'id of the merchant, e.g. m-0001; drawn by traffic share when absent',
    amount: 'amount of the payment in US dollars; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  measures,
  reports,
  createServices,
  implementations,
  lazy,
  visit: visitCheckout,
  signals,
  rules,
  figures,
  swarm: {
    // As many merchants as have several payments each in so few minutes: a breaker needs three to open.
    // So small a rate, that what is promised to them binds when they come back.
    // Few attempts, and endpoints that are down now and then, that there are dead letters within minutes;
    // banks that decline more than usual; customers who come back to see; and amounts at a limit.
    small: {
      merchants: 100,
      vipMerchants: 5,
      webhookRatePerSecond: 2,
      webhookAttempts: 3,
      returnShare: 0.5,
      cardDeclineShare: 0.1,
      moodyShare: 0.2,
      edgeShare: 0.1,
    },
    settings: { webhookWorkers: [4, 12], effectWorkers: [4, 12] },
    switches: [
      'keyReuse',
      'signatures',
      'ledger',
      'lifecycle',
      'acquirers',
      'settlement',
      'fraud',
      'budget',
      'cards',
      'closing',
    ],
    aims: {
      acquirers: firstGateways,
      lifecycle: firstGateways,
      signatures: ['gateway-callbacks', 'webhooks'],
      ledger: ['database'],
      fraud: ['fraud'],
    },
    // Refunds, disputes and files are the first acquirer's.
    unused: secondGateways.flatMap((gateway) =>
      ['refund', 'disputes', 'contest', 'settlementFiles'].map((each) => `${gateway}.${each}`),
    ),
    settles: ({ closing }) =>
      closing
        ? {
            'until what nobody takes is a dead letter': 120_000,
            'until dead letters are left for another day': 180_000,
          }
        : {},
  },
  scenarios: { failure, recovery, scale, story },
});
