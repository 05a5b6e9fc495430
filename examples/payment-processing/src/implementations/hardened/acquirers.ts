import { createBreakers, outcomeOf } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import { type PaymentRequest, type Region } from '../../domain.ts';
import { orderScope } from '../../domain/keys.ts';
import type { Context } from '../../system.ts';
import type { Books } from './books.ts';

/**
 * Time limit of a gateway call: six times its 99th percentile. Longer, and a lost answer alone would
 * cost the customer's patience; shorter, and slow answers would be asked for twice.
 */
const gatewayTimeoutMs = 1_000;

/** Which acquirer a payment goes through: the first of its region, or the one beside it. */
export type Route = 'first' | 'second';

/** Three failures in a row; from then on one payment in ten seconds finds out whether it is back. */
const failuresToOpen = 3;
const halfOpenAfterMs = 10_000;

/** What is under way to an acquirer for longer than this is not coming any more, in ms. */
const arrivesWithinMs = 10 * 60_000;

/** The acquirers, and the way from one to the other. */
export function createAcquirers(context: Context, books: Books) {
  const { outside, clock, telemetry } = context;
  const limited = (gateway: (typeof outside.gateways)[Region]) =>
    withTimeout(gateway, gatewayTimeoutMs);
  const first = {
    us: limited(outside.gateways.us),
    eu: limited(outside.gateways.eu),
    apac: limited(outside.gateways.apac),
  };
  const breakers = createBreakers({
    failureThreshold: { consecutive: failuresToOpen },
    halfOpenAfterMs,
  });
  const secondOf = (region: Region) => {
    const gateway = outside.secondGateways[region];
    return gateway === undefined ? undefined : limited(gateway);
  };
  const at = (region: Region, route: Route = 'first') =>
    (route === 'second' ? secondOf(region) : undefined) ?? first[region];

  /** To the gateway all merchants are one: it is given the order, not the key of whoever asked. */
  const lookup = (request: PaymentRequest, route?: Route) =>
    at(request.region, route).lookup({ idempotencyKey: orderScope(request) });

  /**
   * Pays through the first acquirer, and through the second one when the first has failed. Keys do not
   * reach across acquirers: before the second is asked, it stands in the books that whatever the first
   * one did, or will still do, has to be given back.
   */
  async function failOver<T>(
    paymentId: string,
    { region }: PaymentRequest,
    pay: (route: Route) => Promise<T>,
  ): Promise<{ readonly result: T; readonly route: Route }> {
    if (secondOf(region) === undefined) return { result: await pay('first'), route: 'first' };
    try {
      return { result: await breakers.execute(region, () => pay('first')), route: 'first' };
    } catch (error) {
      if (outcomeOf(error) === undefined) throw error;
      telemetry.failed(error);
      await books.insist((database) => database.reroute({ paymentId, sinceMs: clock.elapsedMs() }));
      return { result: await pay('second'), route: 'second' };
    }
  }

  /** Gives back what the first acquirer holds of payments that went to the second; says how many it saw. */
  async function giveBack(): Promise<number> {
    const reroutes = await books.insist((database) => database.reroutes(undefined));
    for (const { paymentId, request, sinceMs } of reroutes) {
      try {
        const found = await lookup(request, 'first');
        if (found.status === 'authorized') {
          await first[request.region].void({ authorizationId: found.authorizationId });
        }
        // It may still be on its way there.
        const isLate = clock.elapsedMs() - sinceMs < arrivesWithinMs;
        if (found.status === 'unknown' && isLate) continue;
        await books.insist((database) => database.closeReroute({ paymentId }));
      } catch (error) {
        if (outcomeOf(error) === undefined) throw error;
        telemetry.failed(error);
      }
    }
    return reroutes.length;
  }

  return {
    at,
    lookup,
    failOver,
    giveBack,
    hasSecond: (region: Region) => secondOf(region) !== undefined,
  };
}
