import { type PatientOutcome, sleep, withPatience } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import { liveOn } from './clients/afterwards.ts';
import { drawEdge } from './clients/edges.ts';
import { drawBuyer } from './clients/fraudsters.ts';
import { changeCartUnderWay, keyOf, reuseKey } from './clients/reused-keys.ts';
import type { PaymentAnswer, PaymentRequest } from './domain.ts';
import { measures } from './measurements.ts';
import { merchantId } from './services/merchants.ts';
import type { Settings } from './settings.ts';
import type { Payments } from './types.ts';

/**
 * One customer at the checkout: presses "pay", waits as long as the page does, and presses again
 * after a failure or a time-out, with the same idempotency key. The attempt that was given up goes on
 * in the system: nobody tells it to stop, and its answer reaches nobody. Some of those who have left
 * without an answer, or whom nobody could score, come back, to the same cart.
 */
export async function visitCheckout(visit: Visit<Payments>): Promise<void> {
  const { context, truth, arrival } = visit;
  const { meter, settings, elapsedMs } = context;
  const request = placeOrder(visit);
  meter.count(measures.orders);
  void changeCartUnderWay(visit, request);
  const answer = await stayUntilAnswered(visit, request, arrival.atMs);
  if (answer !== undefined && !isUnscored(answer)) return;
  if (answer === undefined) {
    meter.record(measures.timeToPay, elapsedMs() - arrival.atMs);
    meter.count(measures.gaveUp);
  }
  if (settings.returnShare === 0) return;
  const returning = context.random(answer === undefined ? 'who comes back' : 'who tries again');
  if (!returning.chance(settings.returnShare)) return;
  await sleep(backAfterMs);
  const isUnserved = truth.orders.cameBack(request.orderId);
  const second = await stayUntilAnswered(visit, request, elapsedMs());
  if (second === undefined || isUnscored(second)) isUnserved();
}

/** Told that nobody could look at the payment just now: who wants what is in the cart tries again. */
const isUnscored = (answer: PaymentAnswer): boolean =>
  answer.status === 'declined' && answer.reason === 'unscored';

/** How long a customer is away who comes back. */
const backAfterMs = 120_000;

/**
 * Presses "pay" until there is an answer, or patience is at its end; then there is none.
 *
 * @param sinceMs since when somebody is at the page
 */
async function stayUntilAnswered(
  visit: Visit<Payments>,
  request: PaymentRequest,
  sinceMs: number,
): Promise<PaymentAnswer | undefined> {
  const { context, truth } = visit;
  const { meter, settings, elapsedMs } = context;
  for (let attempt = 1; attempt <= settings.customerAttempts; attempt += 1) {
    if (attempt > 1) meter.count(measures.customerRetries);
    const outcome = await attemptPayment(visit, request);
    if (outcome.kind === 'answered') {
      truth.orders.told(request.orderId, outcome.answer);
      meter.record(measures.timeToPay, elapsedMs() - sinceMs);
      meter.count(outcome.answer.status === 'captured' ? measures.paid : measures.declined);
      liveOn(visit, outcome.answer);
      await reuseKey(visit, request, outcome.answer);
      return outcome.answer;
    }
    const hasFailed = outcome.kind === 'failed';
    meter.count(hasFailed ? measures.failedAttempts : measures.timedOutAttempts);
    if (hasFailed) await sleep(pauseBeforeRetryMs);
  }
  return undefined;
}

/** How long a customer looks at an error before pressing again. */
const pauseBeforeRetryMs = 2_000;

/** The payment as somebody in front of the page sees it: it ends when he has an answer or leaves. */
async function attemptPayment(
  { context, truth, system }: Visit<Payments>,
  request: PaymentRequest,
): Promise<PatientOutcome<PaymentAnswer>> {
  const finished = truth.attempts.started(request.amountCents);
  const attempt = system
    .pay(request)
    .catch((error: unknown) => {
      truth.taint.look('an error', error instanceof Error ? error.message : error);
      throw error;
    })
    .finally(finished);
  return withPatience(attempt, context.settings.customerTimeoutMs);
}

/** Payments that the scoring service finds suspicious enough to decline. */
const suspiciousShare = 0.02;

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

function placeOrder(visit: Visit<Payments>): PaymentRequest {
  const { context, truth, arrival } = visit;
  const { fields = {} } = arrival;
  const { merchants, orders } = truth;
  const random = context.random('customers');
  const fates = context.random('fates');
  const drawn = merchants.draw(random);
  const merchant = merchants.byId(fields['merchant'] ?? drawn.id) ?? drawn;
  const usd = random.logNormal(ticketSpread(context.settings.meanTicketUsd));
  const amount = Number(fields['amount'] ?? usd);
  const cardCountry = random.chance(embargoedShare) ? 'KP' : random.pick(cardCountries);
  const orderId = `order-${arrival.index + 1}`;
  const buyer = context.settings.fraud
    ? drawBuyer(context.random('buyers'), arrival.index + 1, cardCountry)
    : undefined;
  const edges = context.settings.edgeShare > 0 ? context.random('edges') : undefined;
  const edge =
    edges?.chance(context.settings.edgeShare) === true ? drawEdge(edges, merchant.region) : {};
  const request: PaymentRequest = {
    orderId,
    idempotencyKey: keyOf(visit, merchant.id),
    merchantId: merchant.id,
    region: merchant.region,
    isVip: merchant.isVip,
    amountCents: buyer?.amountCents ?? edge.amountCents ?? Math.max(1, Math.round(amount * 100)),
    cardCountry,
    email: `customer-${arrival.index + 1}@mail.example`,
    ...(buyer && { device: buyer.device }),
    ...(context.settings.cards && { card: truth.taint.deal() }),
  };
  const score = fates.chance(suspiciousShare) ? 0.8 + 0.2 * fates.next() : 0.8 * fates.next();
  orders.place({
    request,
    fraudScore: edge.fraudScore ?? score,
    isCardGood: !fates.chance(context.settings.cardDeclineShare),
    fraudKind: buyer?.kind,
  });
  return request;
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
