import { backoffDelayMs, outcomeOf, sleep } from '@firedrill/core/resilience';
import { ServiceError, withTimeout } from '@firedrill/core/services';
import { regions } from '../../domain.ts';
import { refundPosting } from '../../domain/ledger.ts';
import type { RefundAnswer, RefundRequest } from '../../domain/refunds.ts';
import type { Context } from '../../system.ts';
import type { Books } from './books.ts';

/** What can still happen to a payment that was made. */
export interface Afterwards {
  refund(request: RefundRequest): Promise<RefundAnswer>;
  stop(): void;
}

const gatewayTimeoutMs = 2_000;

const backoff = { initialMs: 200, maxMs: 5_000, factor: 2, jitter: 'full' } as const;
const mostAttempts = 6;

/** How often disputes are looked for, in ms: days are left to answer one. */
const lookEveryMs = 3 * 3_600_000;

export function createAfterwards(context: Context, books: Books): Afterwards {
  const { outside, settings, telemetry, random } = context;
  const jitter = random('refunds');
  const gatewayOf = (region: (typeof regions)[number]) =>
    withTimeout(outside.gateways[region], gatewayTimeoutMs);

  /** The refund's own id is its key at the gateway: the second time it pays nothing. */
  async function insist<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (outcomeOf(error) === undefined || attempt === mostAttempts || isRefusal(error)) {
          throw error;
        }
        telemetry.failed(error);
        await sleep(backoffDelayMs(backoff, attempt, () => jitter.next()));
      }
    }
  }

  /** What fails in one region, or of one dispute, keeps no other from its answer. */
  async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
    for (const item of items) {
      try {
        await work(item);
      } catch (error) {
        if (outcomeOf(error) === undefined) throw error;
        telemetry.failed(error);
      }
    }
  }

  /** A customer who was paid back and asks the bank as well: the bank is shown the refund. */
  const answerDisputes = (): Promise<void> =>
    each(regions, async (region) => {
      const gateway = gatewayOf(region);
      const disputes = await insist(() => gateway.disputes(undefined));
      await each(disputes, async ({ disputeId, chargeId }) => {
        const { refundId } = await books.insist((database) => database.refundOf({ chargeId }));
        if (refundId !== undefined) await insist(() => gateway.contest({ disputeId, refundId }));
      });
    });

  const timer = settings.lifecycle
    ? setInterval(
        () => void answerDisputes().catch((error) => telemetry.failed(error)),
        lookEveryMs,
      )
    : undefined;

  return {
    async refund({ refundId, paymentId, amountCents }) {
      const payment = await books.insist((database) => database.capturedPayment({ paymentId }));
      const { chargeId, request } = payment;
      const refund = { refundId, chargeId, amountCents };
      try {
        await insist(() => gatewayOf(request.region).refund(refund));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return { status: 'refused', reason: 'disputed-or-spent' };
      }
      const posting = settings.ledger
        ? { posting: refundPosting({ ...refund, merchantId: request.merchantId }) }
        : {};
      await books.insist((database) => database.recordRefund({ ...refund, ...posting }));
      return { status: 'refunded' };
    },
    stop: () => clearInterval(timer),
  };
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ServiceError && error.status === 409;
