import { sleep } from '@firedrill/core/resilience';
import { type PatientOutcome, type Visit, withPatience } from '@firedrill/core/scenario';
import type { PaymentAnswer, PaymentRequest } from './domain.ts';
import { merchantId } from './merchants.ts';
import type { PaymentSystem } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/**
 * One customer at the checkout: presses "pay", waits as long as the page does, and presses again
 * after a failure or a time-out, with the same idempotency key. The attempt that was given up goes on
 * in the system: nobody tells it to stop, and its answer reaches nobody.
 */
export async function visitCheckout(visit: Visit<Settings, World, PaymentSystem>): Promise<void> {
  const { context, world, system, arrival } = visit;
  const { meter, settings, elapsedMs } = context;
  const { truth } = world.services;
  const request = placeOrder(visit);
  truth.orderPlaced(request);
  meter.count('orders');

  for (let attempt = 1; attempt <= settings.customerAttempts; attempt += 1) {
    if (attempt > 1) meter.count('customerRetries');
    const outcome = await attemptPayment(world, system, request, settings.customerTimeoutMs);
    if (outcome.kind === 'answered') {
      truth.customerTold(request.orderId, outcome.answer);
      meter.time('payment', elapsedMs() - arrival.atMs);
      meter.count(outcome.answer.status === 'captured' ? 'paid' : 'declined');
      return;
    }
    meter.count(outcome.kind === 'failed' ? 'failedAttempts' : 'timedOutAttempts');
    if (outcome.kind === 'failed') await sleep(pauseBeforeRetryMs);
  }
  meter.time('payment', elapsedMs() - arrival.atMs);
  meter.count('gaveUp');
}

/** How long a customer looks at an error before pressing again. */
const pauseBeforeRetryMs = 2_000;

/** The payment as somebody in front of the page sees it: it ends when he has an answer or leaves. */
async function attemptPayment(
  world: World,
  system: PaymentSystem,
  request: PaymentRequest,
  timeoutMs: number,
): Promise<PatientOutcome<PaymentAnswer>> {
  const finished = world.attemptStarted(request.amountCents);
  const attempt = system.pay(request).finally(finished);
  return withPatience(attempt, timeoutMs);
}

/** Share of customers who check out without an account. */
const guestShare = 0.02;

/** Share of cards from a country under embargo. */
const embargoedShare = 0.0005;

const cardCountries = ['US', 'US', 'US', 'DE', 'FR', 'GB', 'JP', 'AU', 'SG'] as const;

/** What the field of a recorded arrival should be, when it is not usable. */
export function traceFieldRemedy(
  field: string,
  text: string,
  { merchants }: Settings,
): string | undefined {
  if (field === 'amount') {
    const isAmount = Number(text) > 0 && Number(text) < 1e9;
    return isAmount ? undefined : 'Use an amount in US dollars above 0, e.g. 129.95.';
  }
  const rank = /^m-(\d{4,})$/.exec(text)?.[1];
  const isMerchant = rank !== undefined && Number(rank) >= 1 && Number(rank) <= merchants;
  return isMerchant
    ? undefined
    : `Use a merchant from ${merchantId(1)} to ${merchantId(merchants)}.`;
}

function placeOrder(visit: Visit<Settings, World, PaymentSystem>): PaymentRequest {
  const { context, world, arrival } = visit;
  const { fields = {} } = arrival;
  const random = world.customers;
  const { merchants } = world.services;
  const drawn = merchants.draw(random);
  const merchant = merchants.byId(fields['merchant'] ?? drawn.id) ?? drawn;
  const usd = random.logNormal(ticketSpread(context.settings.meanTicketUsd));
  const amount = Number(fields['amount'] ?? usd);
  const cardCountry = random.chance(embargoedShare) ? 'KP' : random.pick(cardCountries);
  const orderId = `order-${arrival.index + 1}`;
  const email = random.chance(guestShare)
    ? undefined
    : `customer-${arrival.index + 1}@mail.example`;
  return {
    orderId,
    idempotencyKey: `key-${orderId}`,
    merchantId: merchant.id,
    region: merchant.region,
    isVip: merchant.isVip,
    amountCents: Math.max(1, Math.round(amount * 100)),
    cardCountry,
    ...(email !== undefined && { email }),
  };
}

/**
 * Log-normal tickets with sigma 0.8: most are small and a few are large. The mean of a log-normal is
 * exp(mu + sigma^2 / 2), its 99th percentile exp(mu + 2.326 sigma).
 */
function ticketSpread(meanUsd: number): { readonly p50: number; readonly p99: number } {
  const sigma = 0.8;
  const p50 = meanUsd / Math.exp(sigma ** 2 / 2);
  return { p50, p99: p50 * Math.exp(2.326 * sigma) };
}
