import { eachCallContract, whatIsDueContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  factor: 1.25,
  settings: { acquirers: 1, lifecycle: 1, ledger: 1 },
  unreached: [
    // What comes in the days after a sale.
    ...['refund', 'disputes', 'settlementFiles', 'contest'].map((each) => `gateway-us.${each}`),
    // What was authorised at a second acquirer, and abandoned.
    'gateway-us-b.void',
    // The statements of earlier weeks, and of those days.
    'database.insertPayment',
    'database.creditMerchant',
    ...['settlementBooks', 'settleFile', 'capturedPayment', 'recordRefund', 'refundOf'].map(
      (each) => `database.${each}`,
    ),
  ],
});

// Who has no answer while captures fail is gone: what was authorised for them is due to be given back.
const captureFails = {
  id: 'capture-fails',
  kind: 'error',
  service: 'gateway-us',
  operation: 'capture',
  fromMs: 60_000,
  toMs: 570_000,
} as const;

whatIsDueContract(example, {
  factor: 1.25,
  settings: { acquirers: 1, lifecycle: 1, ledger: 1, settlement: 1, keyReuse: 1 },
  trouble: [captureFails],
});
