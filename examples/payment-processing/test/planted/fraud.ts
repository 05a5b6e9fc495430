import { hardened } from '../../src/implementations/5-hardened.ts';
import type { PaymentRequest } from '../../src/domain.ts';
import { type Bug, week } from './plant.ts';

/** The hardened platform that sees a payment a little otherwise. */
const seenAs = (
  told: Pick<Bug, 'name' | 'flaw' | 'breaks'>,
  see: (request: PaymentRequest) => PaymentRequest,
): Bug => ({
  ...told,
  week,
  settings: { fraud: true },
  create(context) {
    const system = hardened.create(context);
    return { ...system, pay: (request) => system.pay(see(request)) };
  },
});

/** Bugs in who is taken for a fraudster. */
export const fraudBugs: readonly Bug[] = [
  seenAs(
    {
      name: 'velocity-by-order',
      flaw: 'cards are counted by order, and not by the address that they come from',
      breaks: ['testers-stopped'],
    },
    ({ device, ...request }) => ({
      ...request,
      ...(device && { device: { ...device, address: request.orderId } }),
    }),
  ),
  seenAs(
    {
      name: 'abroad-of-the-platform',
      flaw: 'a payment is taken to come from where the servers are',
      breaks: ['stolen-cards-stopped'],
    },
    ({ device, ...request }) => ({
      ...request,
      ...(device && { device: { ...device, country: request.cardCountry } }),
    }),
  ),
  seenAs(
    {
      name: 'one-address-for-all',
      flaw: 'the address is that of the load balancer, the same for everybody',
      breaks: ['honest-can-pay'],
    },
    ({ device, ...request }) => ({
      ...request,
      ...(device && { device: { ...device, address: '10.0.0.1' } }),
    }),
  ),
];
