import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import type { Webhook } from '../domain.ts';
import type { Payments } from '../types.ts';
import type { Charge } from './gateways.ts';

/** Who hears of payments. Customers are judged by their own rule: a receipt has a key of its own. */
export type Listener = 'webhooks' | 'audit' | 'risk' | 'analytics';

/** How often those outside are told of a payment, how soon again, and in which order. */
export interface Tellings {
  /** A webhook is sent, whatever becomes of it. */
  sent(webhook: Pick<Webhook, 'paymentId' | 'merchantId'>): void;
  /** Somebody hears of a payment. */
  heard(listener: Listener, paymentId: string): void;
  /** A merchant that is well hears of a charge of his for the first time. */
  inOrder(webhook: Webhook, charge: Charge): void;
  /** A webhook is given up: it is a dead letter from now on. */
  givenUp(paymentId: string, capturedAtMs: number): void;
  /** Times that somebody was told again what he had confirmed. */
  readonly repeated: number;
  /** Webhooks that were given up too early, tried too often, or too soon again. */
  readonly mistried: number;
  /** Webhooks that were sent to a merchant faster than the contract allows. */
  readonly floods: number;
  /** Charges of which their merchant heard after later ones. */
  readonly disordered: number;
}

/** What was on its way while a service failed, was held up or came in copies, has come by then. */
const feltForMs = 60_000;

/** What waits for longer than this may be given up, however often it was tried; the platform's own word. */
const waitsAtMostMs = 120_000;

/**
 * The first retry waits for half a second at the least, and each one after it twice as long, up to a quarter of
 * a minute; a little less is forgiven. What is replayed had its attempts, and comes when it comes.
 */
const shortestPauseMs = 400;
const longestPauseMs = 12_000;

/** Charges of one merchant that are as near to each other may be noted in either order. */
const atOnceMs = 50;

interface Tries {
  /** When it was sent since the platform was last up. */
  sentAtMs: number[];
  sinceMs: number;
  isDead: boolean;
}

export function createTellings(context: WorldContext<Payments>): Tellings {
  const { settings, elapsedMs, violate } = context;
  const firstHeard = new Map<string, number>();
  const tries = new Map<string, Tries>();
  const latest = new Map<string, number>();
  const sentTo = new Map<string, readonly number[]>();
  let repeated = 0;
  let mistried = 0;
  let floods = 0;
  let disordered = 0;

  const struckSince = (sinceMs: number, ...services: readonly string[]): boolean =>
    faultsSince(context, sinceMs - feltForMs).some(({ service }) => services.includes(service));

  function mistriedBy(paymentId: string, how: string): void {
    mistried += 1;
    violate('webhooks-tried', `the webhook of ${paymentId} ${how}`);
  }

  function triesOf(paymentId: string): Tries {
    let known = tries.get(paymentId);
    // Who has come back after a crash begins anew.
    if (known === undefined || struckSince(known.sinceMs, 'app')) {
      known = { sentAtMs: [], sinceMs: elapsedMs(), isDead: known?.isDead ?? false };
      tries.set(paymentId, known);
    }
    return known;
  }

  /** The contract: in any one second at most the burst, of two seconds' worth, and one second's worth of the rate. */
  function noteSending(merchantId: string): void {
    const sinceMs = elapsedMs() - 1_000;
    const recent = [
      ...(sentTo.get(merchantId) ?? []).filter((atMs) => atMs > sinceMs),
      elapsedMs(),
    ];
    sentTo.set(merchantId, recent);
    // Who has come back after a crash knows nothing of what was sent before it.
    if (recent.length <= 3 * settings.webhookRatePerSecond || struckSince(sinceMs, 'app')) return;
    floods += 1;
    violate('merchant-rate', `${merchantId} is sent ${recent.length} webhooks in one second`);
  }

  return {
    sent({ paymentId, merchantId }) {
      noteSending(merchantId);
      const { sentAtMs, isDead } = triesOf(paymentId);
      sentAtMs.push(elapsedMs());
      const before = sentAtMs.at(-2);
      const pauseMs = elapsedMs() - (before ?? -Infinity);
      const dueMs = Math.min(longestPauseMs, shortestPauseMs * 2 ** (sentAtMs.length - 2));
      if (!isDead && pauseMs < dueMs && sentAtMs.length <= settings.webhookAttempts) {
        mistriedBy(paymentId, `is tried for the ${sentAtMs.length}. time after ${pauseMs} ms`);
      }
      if (isDead || sentAtMs.length <= settings.webhookAttempts) return;
      if (struckSince(sentAtMs[0] ?? 0, 'database')) return;
      mistriedBy(paymentId, `is tried for the ${sentAtMs.length}. time, and is no dead letter`);
    },
    heard(listener, paymentId) {
      const id = `${listener} ${paymentId}`;
      const sinceMs = firstHeard.get(id);
      if (sinceMs === undefined) {
        firstHeard.set(id, elapsedMs());
        return;
      }
      if (struckSince(sinceMs, listener, 'app')) return;
      repeated += 1;
      violate(
        'told-once',
        `${listener} is told of ${paymentId} again, and has confirmed it before`,
      );
    },
    inOrder({ capturedAtMs, paymentId }, { merchantId }) {
      if (struckSince(0, 'database', 'app')) return;
      const last = latest.get(merchantId) ?? -Infinity;
      latest.set(merchantId, Math.max(last, capturedAtMs));
      if (capturedAtMs >= last - atOnceMs) return;
      disordered += 1;
      violate('webhooks-in-order', `${merchantId} hears of ${paymentId} after a later payment`);
    },
    givenUp(paymentId, capturedAtMs) {
      const known = triesOf(paymentId);
      if (known.isDead) return;
      known.isDead = true;
      const times = known.sentAtMs.length;
      const isDue =
        times >= settings.webhookAttempts || elapsedMs() - capturedAtMs >= waitsAtMostMs;
      if (isDue || struckSince(capturedAtMs, 'app')) return;
      mistriedBy(paymentId, `is given up after ${times} of ${settings.webhookAttempts} attempts`);
    },
    get repeated() {
      return repeated;
    },
    get mistried() {
      return mistried;
    },
    get floods() {
      return floods;
    },
    get disordered() {
      return disordered;
    },
  };
}
