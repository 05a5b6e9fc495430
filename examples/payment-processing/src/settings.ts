import { onOff } from '@firedrill/core/scenario';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();
const share = z.coerce.number().min(0).max(1);

/** What `--set` may change. Rates follow from the figures of the company: see `peakPerSecond`. */
export const settingsSchema = z.object({
  volumeUsdPerDay: count
    .default(10_000_000)
    .describe('money that the platform processes on an ordinary day'),
  meanTicketUsd: count.default(240).describe('mean amount of one payment'),
  merchants: count.max(100_000).default(5_000).describe('merchants on the platform'),
  vipMerchants: z.coerce.number().int().min(0).default(50).describe('merchants with the VIP lane'),
  peak: z.coerce.number().min(1).max(100).default(10).describe('load of the sale, times the base'),
  hangShare: share
    .default(0.5)
    .describe('share of the merchants whose webhook endpoint hangs in the storm'),
  connections: count.default(50).describe('size of the database connection pool'),
  acquireTimeoutMs: milliseconds.default(5_000).describe('longest wait for a connection'),
  customerTimeoutMs: milliseconds.default(10_000).describe('patience of the checkout page'),
  customerAttempts: count.max(10).default(3).describe('times that a customer presses "pay"'),
  returnShare: share
    .default(0)
    .describe('share of the customers without an answer who come back two minutes later'),
  cardDeclineShare: share.default(0.01).describe('share of the cards that their bank declines'),
  moodyShare: share
    .default(0)
    .describe('share of the merchants whose endpoint is down now and then'),
  edgeShare: share.default(0).describe('share of the orders whose amount or score lies at a limit'),
  webhookTimeoutMs: milliseconds.default(5_000).describe('time limit of one webhook call'),
  workers: count
    .max(10_000)
    .default(32)
    .describe('handlers at once in the hooks of both hook implementations'),
  queueSize: count.max(1_000_000).default(64).describe('tasks that may wait for those workers'),
  effectWorkers: count
    .max(10_000)
    .default(56)
    .describe('audit, risk, notification and analytics calls at once (hardened)'),
  webhookWorkers: count.max(10_000).default(48).describe('webhook calls at once (hardened)'),
  webhookAttempts: count
    .max(20)
    .default(6)
    .describe('attempts before a webhook is a dead letter (hardened)'),
  webhookRatePerSecond: count.default(20).describe('webhooks a second to one merchant (hardened)'),
  cards: onOff('card numbers, and a search for them everywhere but in the vault'),
  budget: onOff('99.99 % as the error budget of a month, and how fast it burns'),
  fraud: onOff('planted fraud, and a score by address, cards, amount and country'),
  settlement: onOff("the acquirers' daily files, damaged, in the days after the storm"),
  acquirers: onOff('a second acquirer in every region, while the first one in the EU fails'),
  lifecycle: onOff('voids, refunds and disputes, in the eleven days after the storm'),
  ledger: onOff('a double-entry ledger'),
  signatures: onOff('signed callbacks and webhooks, secrets that change, and an attacker'),
  closing: onOff('merchants that close for good, and whose webhooks nobody takes any more'),
  keyReuse: onOff(
    'apps that reuse idempotency keys: of another merchant, for another cart, a day later',
  ),
});

export type Settings = z.infer<typeof settingsSchema>;

const secondsPerDay = 86_400;

/** Payments a second on an ordinary day: volume / ticket / seconds of a day. */
export const basePerSecond = ({ volumeUsdPerDay, meanTicketUsd }: Settings): number =>
  volumeUsdPerDay / meanTicketUsd / secondsPerDay;
