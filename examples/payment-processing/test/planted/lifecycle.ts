import { ServiceError } from '@firedrill/core/services';
import { type Bug, minute, onDatabase, onGateways } from './plant.ts';

const on = { settings: { lifecycle: true } } as const;

/** Bugs in the days after a payment. */
export const lifecycleBugs: readonly Bug[] = [
  onGateways(
    {
      ...on,
      name: 'nobody-voids',
      flaw: 'what is authorised when its customer leaves is left to expire',
      breaks: ['authorisation-p99', 'authorisations-end', 'paid-in-time'],
      faults: [
        {
          kind: 'hang',
          service: 'gateway-eu',
          operation: 'capture',
          fromMs: 300_000,
          toMs: 480_000,
        },
      ],
    },
    () => ({ void: async () => ({ status: 'voided' }) }),
  ),
  onGateways(
    {
      ...on,
      name: 'refund-by-two-workers',
      flaw: 'two workers take up a refund, each with an id of its own',
      breaks: ['never-paid-back-twice', 'refunds-as-asked'],
    },
    ({ refund }) => ({
      async refund(input, options) {
        await refund({ ...input, refundId: `${input.refundId} by one` }, options);
        return refund({ ...input, refundId: `${input.refundId} by another` }, options);
      },
    }),
  ),
  onGateways(
    {
      ...on,
      name: 'silence-is-a-refusal',
      flaw: 'a merchant whose refund the acquirer does not answer is told that it was refused, and leaves it at that',
      breaks: ['refunds-as-asked'],
      faults: [
        {
          kind: 'error',
          service: 'gateway-eu',
          operation: 'refund',
          fromMs: 300 * minute,
          toMs: 480 * minute,
        },
      ],
    },
    ({ refund }) => ({
      refund: (input, options) =>
        refund(input, options).catch(() => {
          throw new ServiceError('gateway', 'refund', 409, 'not refunded');
        }),
    }),
  ),
  onDatabase(
    {
      ...on,
      name: 'disputes-unanswered',
      flaw: 'a refund is not found when its charge is disputed, and the bank is shown nothing',
      breaks: ['never-paid-back-twice'],
    },
    () => ({ refundOf: async () => ({}) }),
  ),
];
