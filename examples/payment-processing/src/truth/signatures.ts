import type { WorldContext } from '@firedrill/core/scenario';
import type { GatewayCallback, Webhook } from '../domain.ts';
import {
  callbackBody,
  isGenuine,
  type Signature,
  sign,
  webhookBody,
} from '../domain/signatures.ts';
import { secretStore } from '../services/secrets.ts';
import type { Payments } from '../types.ts';

/** A callback as it is sent: signed, when signatures are on. */
export type SentCallback = GatewayCallback & { readonly signature?: Signature };

/** Who signs what, and who only seems to. */
export interface Signatures {
  /** Sends the word of a gateway, and at times somebody else's beside it. */
  send(charge: GatewayCallback, deliver: (callback: SentCallback) => void): void;
  /** Whether a merchant believes a webhook; it believes everything while signatures are off. */
  isBelieved(webhook: Webhook, signature: Signature | undefined): boolean;
  /** Webhooks that their merchant could not believe. */
  readonly unbelieved: number;
}

/** Of the charges, those beside which an attacker sends something. */
const attackedShare = 0.03;

const minute = 60_000;

const signed = (callback: GatewayCallback): SentCallback => ({
  ...callback,
  signature: sign(callbackBody(callback), secretStore.of('gateway').signing, Date.now()),
});

export function createSignatures({
  settings,
  random,
  violate,
}: WorldContext<Payments>): Signatures {
  let unbelieved = 0;
  let forgeries = 0;

  /** Another charge that never was, the genuine one with another amount, or the genuine one once more. */
  function attack(genuine: SentCallback, deliver: (callback: SentCallback) => void): void {
    const chance = random('attacker');
    if (!chance.chance(attackedShare)) return;
    forgeries += 1;
    const altered = { ...genuine, amountCents: 100 * genuine.amountCents };
    const forged = { ...altered, chargeId: `forged-charge-${forgeries}` };
    const kind = chance.pick(['forged', 'altered', 'unsigned', 'replayed'] as const);
    if (kind === 'altered') deliver(altered);
    if (kind === 'unsigned') {
      const { signature: _, ...unsigned } = forged;
      deliver(unsigned);
    }
    if (kind === 'forged') {
      deliver({ ...forged, signature: sign(callbackBody(forged), 'a guess', Date.now()) });
    }
    if (kind !== 'replayed') return;
    for (const afterMs of [1_000, 10 * minute]) setTimeout(deliver, afterMs, genuine);
  }

  return {
    send(charge, deliver) {
      if (!settings.signatures) {
        deliver(charge);
        return;
      }
      const genuine = signed(charge);
      attack(genuine, deliver);
      deliver(genuine);
    },
    isBelieved(webhook, signature) {
      const { merchantId } = webhook;
      const secrets = secretStore.of(merchantId);
      if (!settings.signatures || isGenuine(webhookBody(webhook), signature, secrets, Date.now())) {
        return true;
      }
      unbelieved += 1;
      violate(
        'webhooks-signed',
        `${merchantId} cannot believe the webhook of ${webhook.paymentId}`,
      );
      return false;
    },
    get unbelieved() {
      return unbelieved;
    },
  };
}
