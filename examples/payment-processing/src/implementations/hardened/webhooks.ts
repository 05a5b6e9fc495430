import { createHooks } from '@firedrill/core/hooks';
import {
  backoffDelayMs,
  BreakerOpenError,
  createBreakers,
  createDeadLetters,
  createRateLimiter,
  sleep,
} from '@firedrill/core/resilience';
import type { CapturedPayment, Webhook } from '../../domain.ts';
import { type Signature, sign, webhookBody } from '../../domain/signatures.ts';
import { withTimeout } from '@firedrill/core/services';
import { webhookFor } from '../../domain.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';
import { createBeat } from './beat.ts';
import type { Books } from './books.ts';
import type { DoneList } from './done-list.ts';
import { createTellTale } from './tell-tale.ts';
import { createParking } from './parking.ts';

/** Delivers webhooks: a lane for VIPs, and for each merchant one call at a time, a breaker and a rate. */
export interface WebhookDelivery {
  /**
   * Takes over a webhook that is not under way here; a dead letter waits for its replay. From here it
   * ends delivered or as a dead letter.
   */
  take(payment: CapturedPayment, isDead: boolean): void;
  /** Webhooks that are neither delivered nor dead letters. */
  readonly pending: number;
  readonly breakers: () => { readonly open: number; readonly halfOpen: number };
  close(): Promise<void>;
}

interface Delivery {
  readonly payment: CapturedPayment;
  attempts: number;
  isRetry: boolean;
}

interface DeliveryEvents {
  readonly 'webhook.due': Delivery;
}

const backoff = { initialMs: 1_000, maxMs: 30_000, factor: 2, jitter: 'equal' } as const;

/** Three time-outs in a row. Most merchants have few payments: the retries of one are its evidence. */
const failuresToOpen = 3;
const halfOpenAfterMs = { initialMs: 10_000, maxMs: 40_000 };

/** A webhook that waited this long behind an open breaker becomes a dead letter. */
const parkAtMostMs = 120_000;

/** How often dead letters are tried again, and how fast: slow enough for a merchant just back. */
const replayEveryMs = 10_000;
const replay = { ratePerSecond: 50, concurrency: 64 } as const;

/**
 * When there was no new letter and none was delivered for so long, in ms, their merchants are gone for longer than an
 * outage lasts, and maybe for good: from then on the next replay comes when it has been quiet for a tenth longer.
 */
const quietAfterMs = 15 * 60_000;
const quietShare = 0.1;

/** After the last payment, dead letters get this long to find their merchant again. */
const lastReplayMs = 180_000;

export function createWebhookDelivery(
  context: Context,
  books: Books,
  doneList: DoneList,
): WebhookDelivery {
  const { settings, telemetry, outside, clock } = context;
  const { elapsedMs } = clock;
  const merchants = withTimeout(outside.webhooks, settings.webhookTimeoutMs);
  const jitter = context.random('webhook-retries');
  const tellTale = createTellTale(context);
  const outbox = new Set<Delivery>();
  /** Payments whose webhook is under way or a dead letter here. */
  const known = new Set<string>();
  const letters = createDeadLetters<Delivery>({ capacity: 100_000 });
  const limiter = createRateLimiter({
    ratePerSecond: settings.webhookRatePerSecond,
    burst: 2 * settings.webhookRatePerSecond,
    maxKeys: settings.merchants,
  });
  const breakers = createBreakers({
    failureThreshold: { consecutive: failuresToOpen },
    halfOpenAfterMs,
    maxKeys: settings.merchants,
    onChange: ({ key, from, to }) => {
      tellTale(key, from, to);
      if (to === 'closed') parking.opened(key);
    },
  });
  const parking = createParking<Delivery>({
    elapsedMs,
    leave: dispatch,
    isExpired: ({ payment }) => elapsedMs() - payment.capturedAtMs > parkAtMostMs,
    expire: (delivery) => bury(delivery, 'breaker-open', undefined),
    probeEveryMs: halfOpenAfterMs.initialMs,
  });
  const hooks = createHooks<DeliveryEvents>({
    workers: settings.webhookWorkers,
    queueSize: 20 * settings.webhookWorkers,
    // What is tried again may never take the workers of what is tried for the first time.
    lanes: [
      { name: 'vip', reservedWorkers: Math.floor(settings.webhookWorkers / 4) },
      { name: 'standard', reservedWorkers: Math.floor(settings.webhookWorkers / 2) },
      { name: 'retry' },
    ],
    // A fault of our own code: whatever it is, the webhook is kept.
    onDeadLetter: ({ data, reason, error }) => bury(data, reason, error),
  });
  hooks.registry.hook('webhook.due', attempt);

  function dispatch(delivery: Delivery): void {
    const { isVip, merchantId } = delivery.payment.request;
    const lane = delivery.isRetry ? 'retry' : isVip ? 'vip' : 'standard';
    const { admitted } = hooks.emit('webhook.due', delivery, { lane, key: merchantId });
    if (admitted) return;
    telemetry.count(reports.refusedEvents);
    later(delivery, halfOpenAfterMs.initialMs);
  }

  function later(delivery: Delivery, delayMs: number): void {
    delivery.isRetry = true;
    setTimeout(() => dispatch(delivery), delayMs);
  }

  /** One call to the merchant. Whatever happens, the delivery has somewhere to go afterwards. */
  async function attempt(delivery: Delivery): Promise<void> {
    const { merchantId } = delivery.payment.request;
    if (parking.isBlocked(merchantId)) return park(delivery, halfOpenAfterMs.initialMs);
    // Whoever comes next for this merchant waits behind it, and so they stay in their order.
    await limiter.take(merchantId, { maxWaitMs: Infinity });
    try {
      await deliver(delivery);
      delivered(delivery);
    } catch (error) {
      if (error instanceof BreakerOpenError) park(delivery, error.retryAfterMs);
      else retry(delivery, error);
    }
    return undefined;
  }

  /** Signed anew for each attempt: what was signed for the first one is too old for a replay. */
  function signed(webhook: Webhook): Webhook & { readonly signature?: Signature } {
    if (!settings.signatures) return webhook;
    const { signing } = outside.secrets.of(webhook.merchantId);
    return { ...webhook, signature: sign(webhookBody(webhook), signing, clock.now()) };
  }

  async function deliver({ payment }: Delivery): Promise<void> {
    const { merchantId } = payment.request;
    try {
      await breakers.execute(merchantId, ({ signal }) =>
        merchants.deliver(signed(webhookFor(payment)), { key: merchantId, signal }),
      );
    } catch (error) {
      if (error instanceof BreakerOpenError) parking.blocked(merchantId, error.retryAfterMs);
      throw error;
    }
  }

  function finished({ payment }: Delivery): void {
    known.delete(payment.paymentId);
    doneList.add(payment.paymentId, 'webhook');
  }

  function delivered(delivery: Delivery): void {
    outbox.delete(delivery);
    finished(delivery);
  }

  /** Behind an open breaker no attempt is spent; the time is. */
  function park(delivery: Delivery, retryAfterMs: number): void {
    delivery.isRetry = true;
    parking.park(delivery.payment.request.merchantId, delivery, retryAfterMs);
  }

  function retry(delivery: Delivery, error: unknown): void {
    delivery.attempts += 1;
    telemetry.count(reports.webhookRetries);
    if (delivery.attempts >= settings.webhookAttempts) bury(delivery, 'attempts-exhausted', error);
    else
      later(
        delivery,
        backoffDelayMs(backoff, delivery.attempts, () => jitter.next()),
      );
  }

  function bury(delivery: Delivery, reason: string, error: unknown): void {
    const { payment, attempts } = delivery;
    const key = payment.request.merchantId;
    letters.add({ item: delivery, key, reason, error, attempts, atMs: elapsedMs() });
    replaySoon();
    outbox.delete(delivery);
    telemetry.count(reports.deadLettered);
    void books.insist((database) => database.giveUpFollowUp({ payment, followUp: 'webhook' }));
  }

  async function replayOne({ item }: { readonly item: Delivery }): Promise<void> {
    // A merchant that is back is promised the same pace as on any other day.
    await limiter.take(item.payment.request.merchantId, { maxWaitMs: Infinity });
    await deliver(item);
    finished(item);
  }

  async function replayDeadLetters(): Promise<void> {
    const probed = new Set<string>();
    const { replayed } = await letters.replay(replayOne, {
      ...replay,
      // Of a merchant whose breaker is not closed, one letter is enough to find out.
      filter: ({ key }) => {
        if (breakers.state(key) === 'closed') return true;
        if (parking.isBlocked(key) || probed.has(key)) return false;
        probed.add(key);
        return true;
      },
    });
    if (replayed === 0) return;
    replaySoon();
    telemetry.count(reports.replayed, replayed);
    telemetry.note({
      name: 'dead-letters-replayed',
      severity: 'info',
      text: `${replayed} dead ${replayed === 1 ? 'letter' : 'letters'} delivered in a replay, ${letters.size} left`,
    });
  }
  let newsAtMs = elapsedMs();
  let replaying: Promise<void> | undefined;
  const replayer = createBeat(replayEveryMs, clock, () => {
    if (letters.size === 0) return Infinity;
    replaying ??= replayDeadLetters().finally(() => {
      replaying = undefined;
    });
    const quietMs = elapsedMs() - newsAtMs;
    return quietMs < quietAfterMs ? 1 : Math.floor((quietShare * quietMs) / replayEveryMs);
  });

  function replaySoon(): void {
    newsAtMs = elapsedMs();
    replayer.want();
  }

  return {
    take(payment, isDead) {
      if (known.has(payment.paymentId)) return;
      known.add(payment.paymentId);
      const delivery = { payment, attempts: 0, isRetry: isDead };
      if (isDead) {
        bury(delivery, 'kept-in-the-books', undefined);
        return;
      }
      outbox.add(delivery);
      dispatch(delivery);
    },
    get pending() {
      return outbox.size;
    },
    breakers: () => breakers.counts(),
    async close() {
      while (outbox.size > 0) await sleep(replayEveryMs);
      if (letters.size > 0) replaySoon();
      const giveUpAtMs = elapsedMs() + lastReplayMs;
      while (letters.size > 0 && elapsedMs() < giveUpAtMs) await sleep(replayEveryMs);
      replayer.stop();
      await replaying;
      await hooks.close({ timeoutMs: settings.webhookTimeoutMs });
    },
  };
}
