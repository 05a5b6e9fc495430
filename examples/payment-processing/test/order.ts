import type { PaymentRequest } from '../src/domain.ts';

/** What somebody orders: $120 of one merchant. */
export function order(number: number, changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    orderId: `order-${number}`,
    idempotencyKey: `key-${number}`,
    merchantId: 'm-0001',
    region: 'us',
    isVip: true,
    amountCents: 12_000,
    cardCountry: 'US',
    email: 'someone@mail.example',
    ...changes,
  };
}
