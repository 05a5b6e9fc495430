import { makeCertain, outcomeOf } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import {
  type CapturedPayment,
  type DeclineReason,
  type FollowUp,
  type GatewayCallback,
  isCompliant,
  isFraud,
  type PaymentAnswer,
  type PaymentRequest,
  unscoredLimitCents,
} from '../../domain.ts';
import { fingerprintOf, keyLivesMs, keyScope, orderScope } from '../../domain/keys.ts';
import type { Context } from '../../system.ts';
import { velocityThreshold } from '../../domain/fraud-score.ts';
import { createVelocity } from './velocity.ts';
import { createAcquirers, type Route } from './acquirers.ts';
import type { Books } from './books.ts';
import { type Credit, postingsFor } from './credit.ts';

/** The payment itself: one charge for each idempotency key, whatever is repeated, lost or late. */
export interface Payments {
  pay(request: PaymentRequest): Promise<PaymentAnswer>;
  /** Credits the merchant for a charge, once, and notes the charge where that was missed. */
  onGatewayCallback(callback: GatewayCallback): Promise<void>;
  /**
   * Asks what became of a payment that somebody began and did not finish, and finishes it: what is
   * authorised and abandoned is given back to the card.
   */
  finish(
    paymentId: string,
    request: PaymentRequest,
    how?: { readonly isAbandoned: boolean; readonly route: Route | undefined },
  ): Promise<void>;
  /**
   * Has what was abandoned at one acquirer given back, after the other has taken over. Resolves with
   * how many payments that may concern.
   */
  giveBack(): Promise<number>;
  /** Whether an attempt at this order is under way in this process. */
  isUnderWay(request: PaymentRequest): boolean;
}

/** Time limit of a fraud score: six times its 99th percentile. What then: see `unscoredLimitCents`. */
const scoreTimeoutMs = 300;

/** How long between two questions about an unknown outcome. */
const questionBackoff = { initialMs: 100, maxMs: 2_000, factor: 2, jitter: 'full' } as const;

/** A customer is gone by then; whoever finishes what was begun asks again. */
const mostQuestions = 12;

/** So many where another acquirer can be asked instead: four seconds at the most. */
const fewQuestions = 2;

/** What follows a payment and has to get done; analytics is best effort. */
const owed: readonly FollowUp[] = ['webhook', 'audit', 'risk', 'receipt'];

/** A payment under way: whoever sends the same again waits for it. */
interface Running {
  readonly fingerprint: string;
  readonly answer: Promise<PaymentAnswer>;
}

const ofTheFirst = { isAbandoned: false, route: undefined } as const;

const keyReused: PaymentAnswer = { status: 'refused', reason: 'key-reused' };

/** What is known of an authorisation. */
type Authorization =
  | { readonly status: 'declined' | 'voided' }
  | { readonly status: 'authorized'; readonly authorizationId: string };

/** Why a payment may not go on, as far as that can be known before the bank is asked. */
function refusal(request: PaymentRequest, score: number | undefined): DeclineReason | undefined {
  if (!isCompliant(request)) return 'compliance';
  if (score === undefined) {
    return request.amountCents > unscoredLimitCents ? 'unscored' : undefined;
  }
  return isFraud(score) ? 'fraud' : undefined;
}

export function createPayments(
  context: Context,
  books: Books,
  credit: Credit,
  takeUp: (payment: CapturedPayment, open: readonly FollowUp[], isNew: boolean) => void,
): Payments {
  const { process, random, outside, telemetry } = context;
  const postings = postingsFor(context);
  const acquirers = createAcquirers(context, books);
  const { lookup } = acquirers;
  const velocity = createVelocity(context);
  const fraud = withTimeout(outside.fraud, scoreTimeoutMs);
  const jitter = random('gateway-questions');
  const inFlight = new Map<string, Running>();
  let sequence = 0;

  /** Asks about what is unknown, and repeats only what took no effect. */
  const certain = <T>(
    call: () => Promise<T>,
    ask: () => Promise<T | undefined>,
    maxAttempts = mostQuestions,
  ): Promise<T> =>
    makeCertain(call, {
      ask,
      backoff: questionBackoff,
      maxAttempts,
      maxFailures: 3,
      random: () => jitter.next(),
    });

  /**
   * The money is taken: this must be noted, and what follows begins. Whoever notes it again (a
   * callback, or a statement whose answer was lost) takes up what is still open.
   */
  async function captured(
    paymentId: string,
    { chargeId, amountCents }: Pick<GatewayCallback, 'chargeId' | 'amountCents'>,
    fraudScore?: number,
  ): Promise<void> {
    const { payment, open, isNew } = await books.insist((database) =>
      database.capturePayment({
        paymentId,
        chargeId,
        followUps: [...owed],
        ...postings.capture({ chargeId, amountCents }),
        ...(fraudScore !== undefined && { fraudScore }),
      }),
    );
    takeUp(payment, open, isNew);
  }

  /** The score, or `undefined` when it cannot be had in time. */
  async function scoreOf({ orderId, amountCents }: PaymentRequest): Promise<number | undefined> {
    try {
      return (await fraud.score({ orderId, amountCents })).score;
    } catch (error) {
      if (outcomeOf(error) === undefined) throw error;
      telemetry.failed(error);
      return undefined;
    }
  }

  async function attempt(request: PaymentRequest, fingerprint: string): Promise<PaymentAnswer> {
    sequence += 1;
    const newId = `payment-${process.name}-${process.start}-${sequence}`;
    const stored = await books.run((database) =>
      database.claimPayment({
        paymentId: newId,
        request,
        key: { scope: keyScope(request), livesMs: keyLivesMs },
        order: orderScope(request),
        fingerprint,
      }),
    );
    if (stored.claimedFor !== undefined && stored.claimedFor !== fingerprint) return keyReused;
    const { paymentId, status, declineReason, route } = stored;
    if (status === 'captured') return { status, paymentId };
    if (declineReason !== undefined) return { status: 'declined', reason: declineReason };

    // Somebody has begun it before: the bank knows how far that came, and a score comes too late.
    const isNew = paymentId === newId;
    const known = isNew ? undefined : await lookup(request, route);
    if (known?.status === 'captured') {
      await captured(paymentId, { ...request, chargeId: known.chargeId });
      return { status: 'captured', paymentId };
    }
    return known === undefined || known.status === 'unknown'
      ? begin(paymentId, request, route)
      : conclude(paymentId, request, known, undefined, route);
  }

  async function begin(
    paymentId: string,
    request: PaymentRequest,
    route: Route | undefined,
  ): Promise<PaymentAnswer> {
    const score = await scoreOf(request);
    const reason =
      refusal(request, score) ?? (velocity(request) > velocityThreshold ? 'velocity' : undefined);
    if (reason !== undefined) return decline(paymentId, reason);
    const through = (way: Route) => authorize(paymentId, request, way);
    const authorized =
      route === undefined
        ? await acquirers.failOver(paymentId, request, through)
        : { result: await through(route), route };
    return conclude(paymentId, request, authorized.result, score, authorized.route);
  }

  function authorize(
    paymentId: string,
    request: PaymentRequest,
    route: Route,
  ): Promise<Authorization> {
    const { orderId, merchantId, amountCents, region } = request;
    const idempotencyKey = orderScope(request);
    // Where there is another way, nobody waits for this one until the customer has left.
    const hasWay = route === 'first' && acquirers.hasSecond(region);
    return certain<Authorization>(
      () =>
        acquirers
          .at(region, route)
          .authorize({ orderId, paymentId, merchantId, amountCents, idempotencyKey }),
      async () => {
        const found = await lookup(request, route);
        if (found.status === 'unknown') return undefined;
        return 'authorizationId' in found
          ? { status: 'authorized', authorizationId: found.authorizationId }
          : found;
      },
      hasWay ? fewQuestions : mostQuestions,
    );
  }

  /** Takes the money of an authorisation, or declines. */
  async function conclude(
    paymentId: string,
    request: PaymentRequest,
    authorization: Authorization,
    score: number | undefined,
    route: Route | undefined,
  ): Promise<PaymentAnswer> {
    if (authorization.status !== 'authorized') {
      return decline(paymentId, authorization.status === 'voided' ? 'abandoned' : 'card');
    }
    const { authorizationId } = authorization;
    const { chargeId } = await certain(
      () => acquirers.at(request.region, route).capture({ authorizationId }),
      async () => {
        const found = await lookup(request, route);
        return found.status === 'captured' ? { chargeId: found.chargeId } : undefined;
      },
    );
    await captured(paymentId, { ...request, chargeId }, score);
    return { status: 'captured', paymentId };
  }

  async function decline(paymentId: string, reason: DeclineReason): Promise<PaymentAnswer> {
    // Too much money to take unseen today is no reason to refuse it tomorrow.
    if (reason !== 'unscored') {
      await books.insist((database) => database.declinePayment({ paymentId, reason }));
    }
    return { status: 'declined', reason };
  }

  /** The card first: whoever finds it given back closes the books. */
  async function giveBackAbandoned(
    paymentId: string,
    { region }: PaymentRequest,
    route: Route | undefined,
    known: Awaited<ReturnType<typeof lookup>>,
  ): Promise<void> {
    if (known.status === 'authorized') {
      await acquirers.at(region, route).void({ authorizationId: known.authorizationId });
    }
    if (known.status === 'authorized' || known.status === 'voided') {
      await decline(paymentId, 'abandoned');
    }
  }

  return {
    pay(request) {
      const key = keyScope(request);
      const fingerprint = fingerprintOf(request);
      const running = inFlight.get(key);
      if (running !== undefined) {
        return running.fingerprint === fingerprint ? running.answer : Promise.resolve(keyReused);
      }
      const answer = attempt(request, fingerprint).finally(() => inFlight.delete(key));
      inFlight.set(key, { fingerprint, answer });
      return answer;
    },

    isUnderWay: (request) => inFlight.has(keyScope(request)),

    async onGatewayCallback(callback) {
      await captured(callback.paymentId, callback);
      await credit(callback);
    },

    giveBack: () => acquirers.giveBack(),

    async finish(paymentId, request, { isAbandoned, route } = ofTheFirst) {
      const known = await lookup(request, route);
      if (known.status === 'captured') {
        await captured(paymentId, { ...request, chargeId: known.chargeId });
      } else if (known.status === 'declined') await decline(paymentId, 'card');
      else if (isAbandoned) await giveBackAbandoned(paymentId, request, route, known);
    },
  };
}
