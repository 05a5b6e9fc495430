import { merchantAccount, type Posting } from '../../src/domain/ledger.ts';
import { type Bug, onDatabase } from './plant.ts';

const on = { settings: { ledger: true } } as const;

const without = ({ transactionId, entries }: Posting, account: string): Posting => ({
  transactionId,
  entries: entries.filter((entry) => entry.account !== account),
});

/** Bugs in the ledger. */
export const ledgerBugs: readonly Bug[] = [
  onDatabase(
    {
      ...on,
      name: 'fee-without-its-other-side',
      flaw: 'the fee is taken from the merchant, and nobody is given it',
      breaks: ['ledger-balances', 'ledger-true'],
    },
    ({ creditMerchantOnce }) => ({
      creditMerchantOnce: ({ posting, ...charge }, options) =>
        creditMerchantOnce(
          { ...charge, ...(posting && { posting: without(posting, 'fees') }) },
          options,
        ),
    }),
  ),
  onDatabase(
    {
      name: 'half-cents-to-the-house',
      flaw: 'a fee of half a cent is rounded up, and not to the even one',
      breaks: ['ledger-true'],
      settings: { ledger: true, edgeShare: 0.2 },
    },
    ({ creditMerchantOnce }) => ({
      creditMerchantOnce: ({ posting, ...charge }, options) => {
        const { merchantId, amountCents } = charge;
        const fee = Math.min(amountCents, Math.floor((29 * amountCents + 500) / 1_000) + 30);
        const entries = [
          { account: 'clearing', cents: amountCents },
          { account: merchantAccount(merchantId), cents: fee - amountCents },
          { account: 'fees', cents: -fee },
        ];
        return creditMerchantOnce(
          { ...charge, ...(posting && { posting: { ...posting, entries } }) },
          options,
        );
      },
    }),
  ),
  onDatabase(
    {
      ...on,
      name: 'capture-posted-by-the-page',
      flaw: 'what is found out about a capture later, by a callback, is not posted',
      breaks: ['authorisation-p99', 'ledger-clears', 'ledger-true'],
      faults: [
        {
          kind: 'drop-response',
          service: 'gateway-eu',
          operation: 'capture',
          fromMs: 300_000,
          toMs: 360_000,
        },
      ],
    },
    ({ capturePayment }) => ({
      capturePayment: ({ posting, ...capture }, options) =>
        capturePayment(
          { ...capture, ...(posting && capture.fraudScore !== undefined && { posting }) },
          options,
        ),
    }),
  ),
  onDatabase(
    {
      ...on,
      name: 'fee-rounded-down',
      flaw: 'a fee of half a cent or more is rounded down, in favour of the merchant',
      breaks: ['ledger-true'],
    },
    ({ creditMerchantOnce }) => ({
      creditMerchantOnce({ posting, ...charge }, options) {
        const fee = Math.min(
          charge.amountCents,
          Math.floor((29 * charge.amountCents) / 1_000) + 30,
        );
        const [clearing, merchant, fees] = posting?.entries ?? [];
        if (posting === undefined || !clearing || !merchant || !fees)
          return creditMerchantOnce(charge, options);
        const entries = [
          clearing,
          { ...merchant, cents: fee - charge.amountCents },
          { ...fees, cents: -fee },
        ];
        return creditMerchantOnce({ ...charge, posting: { ...posting, entries } }, options);
      },
    }),
  ),
];
