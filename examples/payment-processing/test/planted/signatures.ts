import type { SentCallback } from '../../src/truth/signatures.ts';
import { callbackBody, isGenuine, type Secrets, sign } from '../../src/domain/signatures.ts';
import { merchantId } from '../../src/services/merchants.ts';
import type { Context } from '../../src/system.ts';
import { type Bug, minute, wired } from './plant.ts';

const on = { settings: { signatures: true } } as const;

type Wiring = Parameters<typeof wired>[1];

/** Callbacks of this kind are signed before anybody looks at them. */
const madeGood =
  (isIt: (callback: SentCallback, context: Context) => boolean): Wiring =>
  ({ callbacks, secrets }, context) => ({
    callbacks: {
      onMessage: (handler) =>
        callbacks.onMessage((callback) => {
          const { signing } = secrets.of('gateway');
          const signature = sign(callbackBody(callback), signing, context.clock.now());
          handler(isIt(callback, context) ? { ...callback, signature } : callback);
        }),
    },
  });

/** Whether it would be genuine if it were about another merchant. */
function isGenuineOfSomebody(
  callback: SentCallback,
  { outside, settings, clock }: Context,
): boolean {
  const { signature, ...told } = callback;
  const known = outside.secrets.of('gateway');
  // Most are about whom they say, and nobody else has to be asked after.
  if (isGenuine(callbackBody(told), signature, known, clock.now())) return true;
  const ranks = Array.from({ length: settings.merchants }, (_, index) => index + 1);
  return ranks.some((rank) =>
    isGenuine(
      callbackBody({ ...told, merchantId: merchantId(rank) }),
      signature,
      known,
      clock.now(),
    ),
  );
}

/** Bugs in who is believed. */
export const signatureBugs: readonly Bug[] = [
  wired(
    {
      ...on,
      name: 'whoever-calls-is-the-gateway',
      flaw: 'a callback is believed as it comes: its signature is made good before it is looked at',
      breaks: ['only-genuine-credits'],
    },
    madeGood(() => true),
  ),
  wired(
    {
      ...on,
      name: 'unsigned-is-looked-over',
      flaw: 'a signature is checked where there is one',
      breaks: ['only-genuine-credits'],
    },
    madeGood(({ signature }) => signature === undefined),
  ),
  wired(
    {
      ...on,
      name: 'merchant-is-not-signed',
      flaw: 'a signature is checked without the merchant: whoever stands there has the money',
      breaks: ['only-genuine-credits'],
      faults: [
        { kind: 'corrupt', service: 'gateway-callbacks', fromMs: 6 * minute, toMs: 8 * minute },
      ],
    },
    madeGood(isGenuineOfSomebody),
  ),
  wired(
    {
      ...on,
      name: 'signed-once',
      flaw: 'a webhook is signed for its first attempt, and sent with that signature ever after',
      breaks: ['webhooks-arrive', 'webhooks-signed'],
    },
    ({ webhooks }) => {
      const first = new Map<string, Parameters<typeof webhooks.deliver>[0]>();
      return {
        webhooks: {
          deliver(webhook, options) {
            const kept = first.get(webhook.paymentId) ?? webhook;
            first.set(webhook.paymentId, kept);
            return webhooks.deliver(kept, options);
          },
        },
      };
    },
  ),
  wired(
    {
      ...on,
      name: 'secrets-read-at-start',
      flaw: 'secrets are read once, and the sender changes them',
      breaks: ['genuine-believed', 'webhooks-arrive', 'webhooks-signed'],
    },
    ({ secrets }) => {
      const read = new Map<string, Secrets>();
      return {
        secrets: {
          of(owner) {
            const known = read.get(owner) ?? secrets.of(owner);
            read.set(owner, known);
            return known;
          },
        },
      };
    },
  ),
];
