import { ruleWords } from '@firedrill/core/scenario';
import { firstGateways } from '../truth/needs.ts';
import type { Payments } from '../types.ts';

const { objective, only, usefulWork } = ruleWords<Payments>();

/**
 * As many as merchants that hang can hold at the peak: five payments a second, each of which takes the five
 * seconds of a time limit. With fewer, somebody has to wait, and that must not be a VIP.
 */
const enoughWorkers = 24;

/** From a charge to its webhook. */
const soonMs = 2_000;

const needs = ['database', 'app', ...firstGateways];

/** What well merchants are promised while others are sick, with enough workers and with few. */
export const bulkheadRules = {
  ...only(({ webhookWorkers }) => webhookWorkers < enoughWorkers, {
    'vips-first': usefulWork(
      'where workers are few, VIPs that are well hear of their payments within two seconds',
      'webhook',
      ({ truth: { hearsay, gateways, merchants }, isJudged }) => {
        const vips = merchants.all.flatMap(({ id, isVip }) => (isVip ? [id] : []));
        const isVip = new Set(vips);
        const due = [...gateways.charges.values()].filter(
          (charge) =>
            isVip.has(charge.merchantId) &&
            isJudged(charge.atMs) &&
            // A VIP that hangs is in the lane of all of them.
            hearsay.couldReachAll(charge, vips),
        );
        const done = due.filter(
          ({ paymentId, atMs }) => hearsay.webhookAtMs(paymentId) - atMs < soonMs,
        );
        return { done: done.length, due: due.length };
      },
      { atLeast: 0.99, needs },
    ),
  }),
  ...only(({ webhookWorkers }) => webhookWorkers >= enoughWorkers, {
    'healthy-merchants': objective(
      'merchants that are well do not feel those that are sick',
      ({ measured }) => measured.webhookToHealthy.p99,
      {
        under: soonMs,
        unit: 'ms',
        of: 'from a charge to its webhook, at the 99th percentile',
        needs,
      },
    ),
  }),
};
