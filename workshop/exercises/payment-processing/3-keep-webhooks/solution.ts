import { createHooks } from '@firedrill/core/hooks';
import {
  backoffDelayMs,
  BreakerOpenError,
  createBreakers,
  createRateLimiter,
  sleep,
} from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import {
  type Books,
  type CapturedPayment,
  type Context,
  createBooks,
  createCredit,
  createDoneList,
  createFollowUps,
  createPayments,
  type CreateSystem,
  type DoneList,
  reports,
  webhookFor,
} from '#payment-processing';

interface Delivery {
  readonly payment: CapturedPayment;
  attempts: number;
}

/** Long enough for an outage of a quarter of an hour: about ten attempts. */
const backoff = { initialMs: 2_000, maxMs: 120_000, factor: 2, jitter: 'equal' } as const;
const mostAttempts = 14;

/** After three time-outs in a row a merchant is not called again for this long. */
const failuresToOpen = 3;
const halfOpenAfterMs = { initialMs: 10_000, maxMs: 40_000 };

/**
 * Every webhook ends delivered, or as a dead letter in the books. Each merchant has a breaker and a
 * rate; what is tried again can never take the workers of what is tried for the first time.
 */
function createDelivery(context: Context, books: Books, done: DoneList) {
  const { outside, settings, telemetry, random } = context;
  const webhooks = withTimeout(outside.webhooks, settings.webhookTimeoutMs);
  const jitter = random('webhook-retries');
  const open = new Set<Delivery>();
  const breakers = createBreakers({
    failureThreshold: { consecutive: failuresToOpen },
    halfOpenAfterMs,
    maxKeys: settings.merchants,
  });
  const limiter = createRateLimiter({
    ratePerSecond: settings.webhookRatePerSecond,
    burst: 2 * settings.webhookRatePerSecond,
    maxKeys: settings.merchants,
  });
  const hooks = createHooks<{ readonly 'webhook.due': Delivery }>({
    workers: settings.webhookWorkers,
    queueSize: 20 * settings.webhookWorkers,
    lanes: [
      { name: 'first', reservedWorkers: Math.floor(settings.webhookWorkers / 2) },
      { name: 'again' },
    ],
    onError: (error) => telemetry.failed(error),
  });
  hooks.registry.hook('webhook.due', attempt);
  telemetry.gauge(reports.backlog, () => open.size);

  function dispatch(delivery: Delivery, lane: 'first' | 'again'): void {
    const { merchantId } = delivery.payment.request;
    const { admitted } = hooks.emit('webhook.due', delivery, { lane, key: merchantId });
    if (admitted) return;
    telemetry.count(reports.refusedEvents);
    later(delivery, backoff.initialMs);
  }

  function later(delivery: Delivery, delayMs: number): void {
    setTimeout(() => dispatch(delivery, 'again'), delayMs);
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const { payment } = delivery;
    const { merchantId } = payment.request;
    const taken = limiter.tryTake(merchantId);
    if (!taken.allowed) {
      later(delivery, taken.retryAfterMs);
      return;
    }
    try {
      await breakers.execute(merchantId, ({ signal }) =>
        webhooks.deliver(webhookFor(payment), { key: merchantId, signal }),
      );
      open.delete(delivery);
      done.add(payment.paymentId, 'webhook');
    } catch (error) {
      await failed(delivery, error);
    }
  }

  /** An open breaker costs no attempt. */
  async function failed(delivery: Delivery, error: unknown): Promise<void> {
    if (error instanceof BreakerOpenError) {
      later(delivery, Math.max(error.retryAfterMs, 1_000) * (1 + jitter.next()));
      return;
    }
    delivery.attempts += 1;
    telemetry.count(reports.webhookRetries);
    if (delivery.attempts < mostAttempts) {
      later(
        delivery,
        backoffDelayMs(backoff, delivery.attempts, () => jitter.next()),
      );
      return;
    }
    const { payment } = delivery;
    await books.insist((database) => database.giveUpFollowUp({ payment, followUp: 'webhook' }));
    telemetry.count(reports.deadLettered);
    open.delete(delivery);
  }

  return {
    take(payment: CapturedPayment): void {
      const delivery = { payment, attempts: 0 };
      open.add(delivery);
      dispatch(delivery, 'first');
    },
    async close(): Promise<void> {
      while (open.size > 0) await sleep(1_000);
      await hooks.drain();
    },
  };
}

export const create: CreateSystem = (context) => {
  const { outside } = context;
  const books = createBooks(context);
  const done = createDoneList(context, books);
  const followUps = createFollowUps(context, done);
  const webhooks = createDelivery(context, books, done);
  const taken = new Set<string>();
  const payments = createPayments(context, books, createCredit(context, books), (payment, open) => {
    if (taken.has(payment.paymentId)) return;
    taken.add(payment.paymentId);
    for (const followUp of open) {
      if (followUp === 'webhook') webhooks.take(payment);
      else followUps.take(payment, followUp);
    }
  });
  const stopListening = outside.callbacks.onMessage(
    (callback) => void payments.onGatewayCallback(callback),
  );

  return {
    pay: (request) => payments.pay(request),
    async close() {
      stopListening();
      await webhooks.close();
      await followUps.close(300_000);
      await done.flush();
    },
  };
};
