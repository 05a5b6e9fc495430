import { sleep } from '@firedrill/core/resilience';
import { describe, expect, test } from 'vitest';
import type { PaymentRequest } from '../src/domain.ts';
import { velocityThreshold } from '../src/domain/fraud-score.ts';
import { fingerprintOf, keyScope, orderScope } from '../src/domain/keys.ts';
import { feeCents } from '../src/domain/ledger.ts';
import { callbackBody, isGenuine, sign, webhookBody } from '../src/domain/signatures.ts';
import { createVelocity, type Velocity } from '../src/implementations/hardened/velocity.ts';
import { feeByContract } from '../src/truth/contracts.ts';
import { order } from './order.ts';
import { clock, contextOf, inVirtualTime } from './virtual-time.ts';

const minute = 60_000;

describe('the body of a request', () => {
  const asked: readonly (readonly [string, Partial<PaymentRequest>])[] = [
    ['order', { orderId: 'order-2' }],
    ['merchant', { merchantId: 'm-0004' }],
    ['region', { region: 'eu' }],
    ['amount', { amountCents: 12_001 }],
    ['country of the card', { cardCountry: 'DE' }],
    ['address', { email: 'somebody@mail.example' }],
  ];

  test.each(asked)('with another %s is another one', (_, change) => {
    expect(fingerprintOf(order(1, change))).not.toBe(fingerprintOf(order(1)));
  });

  test('is the same from another device, and with the token of a card', () => {
    const device = { address: 'home', country: 'US', card: 'card-1', isNewEmail: false };
    expect(fingerprintOf(order(1, { device, cardToken: 'token-1' }))).toBe(fingerprintOf(order(1)));
  });
});

test('keys and orders are those of one merchant, and a key is no order', () => {
  const mine = order(1, { idempotencyKey: 'order-1' });
  const other = { ...mine, merchantId: 'm-0004' };
  const scopes = [mine, other].flatMap((each) => [keyScope(each), orderScope(each)]);
  expect(new Set(scopes).size).toBe(4);
});

test('the fee is what the contract says, for every amount', () => {
  const amounts = [
    ...Array.from({ length: 20_000 }, (_, at) => at + 1),
    ...Array.from({ length: 1_000 }, (_, at) => 2_499_500 + at),
  ];
  expect(amounts.filter((each) => feeCents(each) !== feeByContract(each))).toEqual([]);
});

describe('a signature', () => {
  const charge = {
    chargeId: 'charge-1',
    paymentId: 'payment-1',
    orderId: 'order-1',
    merchantId: 'm-1',
    amountCents: 100,
  };
  const webhook = { paymentId: 'payment-1', merchantId: 'm-1', amountCents: 100, capturedAtMs: 5 };
  const secrets = { signing: 'now', valid: ['now', 'before', 'next'] };
  const nowMs = 1_000_000_000;
  const isBelieved = (secret: string, stampMs: number, body = callbackBody(charge)): boolean =>
    isGenuine(callbackBody(charge), sign(body, secret, stampMs), secrets, nowMs);

  test.each(secrets.valid)('with the secret of "%s" is believed', (secret) => {
    expect(isBelieved(secret, nowMs)).toBe(true);
  });

  test('with another secret, or none at all, is not', () => {
    expect(isBelieved('a guess', nowMs)).toBe(false);
    expect(isGenuine(callbackBody(charge), undefined, secrets, nowMs)).toBe(false);
  });

  test('is believed for five minutes, before its time and after, and no longer', () => {
    for (const side of [-1, 1]) {
      expect(isBelieved('now', nowMs + side * (5 * minute - 1))).toBe(true);
      expect(isBelieved('now', nowMs + side * (5 * minute + 1))).toBe(false);
    }
  });

  test('says nothing with another time beside it', () => {
    const { hmac } = sign(callbackBody(charge), 'now', nowMs - 10 * minute);
    expect(isGenuine(callbackBody(charge), { stampMs: nowMs, hmac }, secrets, nowMs)).toBe(false);
  });

  test.each(Object.keys(charge))('of a callback covers its %s', (field) => {
    const other = { ...charge, [field]: field === 'amountCents' ? 101 : 'other' };
    expect(isBelieved('now', nowMs, callbackBody(other))).toBe(false);
  });

  test.each(Object.keys(webhook))('of a webhook covers its %s', (field) => {
    const other = { ...webhook, [field]: field.endsWith('Id') ? 'other' : 101 };
    const signature = sign(webhookBody(other), 'now', nowMs);
    expect(isGenuine(webhookBody(webhook), signature, secrets, nowMs)).toBe(false);
  });

  test('that is cut short, or no signature at all, is not believed and breaks nothing', () => {
    const { hmac, stampMs } = sign(callbackBody(charge), 'now', nowMs);
    for (const other of ['', hmac.slice(0, 32), `${hmac}00`, 'z'.repeat(64)]) {
      expect(isGenuine(callbackBody(charge), { stampMs, hmac: other }, secrets, nowMs)).toBe(false);
    }
  });
});

/** Small change, with a card, at an address of which nobody has heard. */
const from = (address: string, card: string, changes: Partial<PaymentRequest> = {}) =>
  order(1, {
    amountCents: 300,
    device: { address, country: 'US', card, isNewEmail: true },
    ...changes,
  });

/** Asks, in virtual time, whether a payment is stopped for what came before it. */
const judged = async (body: (isStopped: (request: PaymentRequest) => boolean) => Promise<void>) =>
  inVirtualTime(async () => {
    const velocity: Velocity = createVelocity(contextOf({ clock }));
    await body((request) => velocity(request) > velocityThreshold);
  });

describe('who buys', () => {
  test('with a third card from one address within ten minutes is stopped, with small change', () =>
    judged(async (isStopped) => {
      expect(['a', 'b', 'c', 'd'].map((card) => isStopped(from('home', card)))).toEqual([
        false,
        false,
        true,
        true,
      ]);
    }));

  test('presses again and again with one card, and is not', () =>
    judged(async (isStopped) => {
      for (let at = 0; at < 20; at += 1) expect(isStopped(from('home', 'a'))).toBe(false);
      // Nor are two at one address who both press again.
      for (const card of ['b', 'a', 'b']) expect(isStopped(from('home', card))).toBe(false);
    }));

  test('from another address is not stopped for what came from this one', () =>
    judged(async (isStopped) => {
      for (const card of ['a', 'b', 'c', 'd']) isStopped(from('home', card));
      expect(isStopped(from('office', 'e'))).toBe(false);
    }));

  test('is forgotten after ten minutes, and not before', () =>
    judged(async (isStopped) => {
      for (const card of ['a', 'b']) isStopped(from('home', card));
      await sleep(10 * minute - 1_000);
      expect(isStopped(from('home', 'c'))).toBe(true);
      await sleep(2_000);
      expect(isStopped(from('home', 'd'))).toBe(false);
    }));

  test('for small change from abroad, at a new address, has one sign too few', () =>
    judged(async (isStopped) => {
      expect(isStopped(from('home', 'a', { cardCountry: 'DE' }))).toBe(false);
    }));

  test('for much from abroad, at a new address, is stopped, and with one sign less is not', () =>
    judged(async (isStopped) => {
      const much = { amountCents: 80_001, cardCountry: 'DE' };
      expect(isStopped(from('home', 'a', much))).toBe(true);
      expect(isStopped(from('home', 'a', { ...much, amountCents: 80_000 }))).toBe(false);
      expect(isStopped(from('home', 'a', { ...much, cardCountry: 'US' }))).toBe(false);
      const device = { address: 'home', country: 'US', card: 'a', isNewEmail: false };
      expect(isStopped(order(1, { ...much, device }))).toBe(false);
    }));

  test('of whom nothing is known is not suspected', () =>
    judged(async (isStopped) => {
      expect(isStopped(order(1))).toBe(false);
    }));
});
