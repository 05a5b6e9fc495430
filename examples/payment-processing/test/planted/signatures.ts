import type { SentCallback } from '../../src/truth/signatures.ts';
import { callbackBody, type Secrets, sign } from '../../src/domain/signatures.ts';
import { type Bug, wired } from './plant.ts';

const on = { settings: { signatures: true } } as const;

type Wiring = Parameters<typeof wired>[1];

/** Callbacks of this kind are signed before anybody looks at them. */
const madeGood =
  (isIt: (callback: SentCallback) => boolean): Wiring =>
  ({ callbacks, secrets }, { clock }) => ({
    callbacks: {
      onMessage: (handler) =>
        callbacks.onMessage((callback) => {
          const { signing } = secrets.of('gateway');
          const signature = sign(callbackBody(callback), signing, clock.now());
          handler(isIt(callback) ? { ...callback, signature } : callback);
        }),
    },
  });

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
