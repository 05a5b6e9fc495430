import type { Exchange } from '../src/trading/example.ts';
import { example, runExchange } from '../src/trading/example.ts';
import { venueOptions } from '../src/trading/house-rules.ts';
import { Venue, type VenueEvent } from '../src/trading/venue.ts';
import { describe } from 'vitest';
import { flowContract, plantedIn } from './flow-contract.ts';

const flow = plantedIn<Exchange>(example);

/** A venue whose events are not those of the one inside. */
function venueThat(inner: Venue, tells: (event: VenueEvent) => VenueEvent) {
  return {
    timeOf: (nowMs: number) => inner.timeOf(nowMs),
    apply: (...command: Parameters<Venue['apply']>) => inner.apply(...command).map(tells),
  };
}

describe('trading', () => {
  flowContract(example, {
    planted: [
      flow('takes-a-tick-more', ['price-time'], (_system, context) =>
        runExchange(context, () =>
          venueThat(new Venue(venueOptions), (event) =>
            event.type === 'trade.executed'
              ? { ...event, priceTicks: event.priceTicks + 1 }
              : event,
          ),
        ),
      ),
      flow('announces-halts-only', ['no-trade-in-halt'], (_system, context) => {
        const volatility = { ...venueOptions.volatility, haltMs: 1 };
        return runExchange(context, () =>
          venueThat(new Venue({ ...venueOptions, volatility }), (event) =>
            event.type === 'trading.halted' ? { ...event, untilMs: event.atMs + 20_000 } : event,
          ),
        );
      }),
      // Without the entry the model knows nothing of the order, either.
      flow('loses-entries', ['journal-complete', 'price-time'], (_system, context) => {
        const { journal } = context.outside;
        let entries = 0;
        const append: typeof journal.append = (entry, options) => {
          entries += 1;
          return entries === 5 ? Promise.resolve({}) : journal.append(entry, options);
        };
        const outside = { ...context.outside, journal: { ...journal, append } };
        return runExchange({ ...context, outside }, () => new Venue(venueOptions));
      }),
      flow('thinks-long', ['orders-accepted'], (system) => ({
        ...system,
        async take(...command) {
          await new Promise((resolve) => setTimeout(resolve, 2_000));
          await system.take(...command);
        },
      })),
    ],
  });
});
