import { eachCallContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  factor: 1.25,
  settings: { acquirers: 1 },
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
