import { eachCallContract, whatIsDueContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  factor: 1.25,
  settings: { acquirers: 1, lifecycle: 1, ledger: 1 },
  unreached: [
    // What comes in the days after a sale.
    ...['refund', 'disputes', 'settlementFiles', 'contest'].map((each) => `gateway-us.${each}`),
    // The statements of earlier weeks, and of those days.
    'database.insertPayment',
    'database.creditMerchant',
    ...['settlementBooks', 'settleFile', 'capturedPayment', 'recordRefund', 'refundOf'].map(
      (each) => `database.${each}`,
    ),
  ],
});

// Who has no answer while captures fail is gone: what was authorised for them is due to be given back.
const captureFails = ['us', 'eu', 'apac'].map((region) => ({
  id: `capture-${region}`,
  kind: 'error' as const,
  service: `gateway-${region}`,
  operation: 'capture',
  fromMs: 120_000,
  toMs: 240_000,
}));

whatIsDueContract(example, {
  factor: 1.25,
  settings: { acquirers: 1, lifecycle: 1, ledger: 1, settlement: 1, keyReuse: 1 },
  trouble: captureFails,
});
