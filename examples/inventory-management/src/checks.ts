import { noUnhandledRejection, nothingLeftBehind, type Rule } from '@firedrill/core/scenario';
import { answeredRatio, neverEnded, worstFiveMinutes } from './measurements.ts';
import type { Settings } from './settings.ts';
import type { InventorySystem } from './system.ts';
import type { World } from './world.ts';

type InventoryRule = Rule<Settings, World, InventorySystem>;

const usd = (cents: number): string => `$${Math.round(cents / 100).toLocaleString('en-US')}`;
const ms = (value: number): string => `${Math.round(value)} ms`;

/** Longest 99th percentile of any five minutes, from the press to the answer. */
const reservationP99Ms = 200;

/** What must be true of a shop, whoever builds it. */
export const rules: readonly InventoryRule[] = [
  {
    name: 'never-oversold',
    title: 'no unit is sold that does not exist',
    kind: 'invariant',
    expected: '0 units in parcels beyond those on the shelf',
    evaluate({ world }) {
      const { oversoldUnits } = world.services.truth.totals;
      return { holds: oversoldUnits === 0, observed: `${oversoldUnits} units oversold` };
    },
  },
  {
    name: 'stock-conserved',
    title: 'available, held and sold units add up at every instant',
    kind: 'invariant',
    expected: '0 units in no account, counted after each change',
    evaluate({ world }) {
      const { unitsOff } = world.services.stock.totals;
      return { holds: unitsOff === 0, observed: `${unitsOff} units lost or made up` };
    },
  },
  {
    name: 'reservations-end',
    title: 'every reservation ends once: sold, released or expired',
    kind: 'invariant',
    expected: '0 reservations without an end, 0 with two',
    evaluate(phase) {
      const { reservations, sold, released, expired, endedTwice } =
        phase.world.services.stock.totals;
      const open = neverEnded(phase);
      return {
        holds: open === 0 && endedTwice === 0,
        observed:
          `${reservations}: ${sold} sold, ${released} released, ${expired} expired, ` +
          `${open} without an end, ${endedTwice} with two`,
      };
    },
  },
  {
    name: 'no-trace',
    title: 'an order that failed leaves no charge and no parcel',
    kind: 'invariant',
    expected: '0 failed orders that left something',
    evaluate({ world }) {
      const traces = world.services.truth.traces();
      const cents = traces.reduce((sum, { chargedCents }) => sum + chargedCents, 0);
      return {
        holds: traces.length === 0,
        observed: `${traces.length} failed orders, ${usd(cents)} still charged`,
      };
    },
  },
  {
    name: 'sold-once',
    title: 'no order is charged or shipped twice',
    kind: 'invariant',
    expected: '0 orders charged or shipped twice',
    evaluate({ world }) {
      const count = world.services.truth.soldTwice();
      return { holds: count === 0, observed: `${count} orders charged or shipped twice` };
    },
  },
  {
    name: 'downstreams-agree',
    title: 'in the end every downstream service knows the stock',
    kind: 'invariant',
    expected: '0 products that a service has wrong',
    evaluate({ world }) {
      const stale = world.services.truth.staleViews();
      return { holds: stale === 0, observed: `${stale} products wrong in some service` };
    },
  },
  noUnhandledRejection(),
  nothingLeftBehind('shopper'),
  {
    name: 'reservation-p99',
    title: 'filling a cart takes less than 200 ms at the 99th percentile, throughout',
    kind: 'objective',
    expected: `under ${ms(reservationP99Ms)} in every five minutes`,
    evaluate(phase) {
      const { valueMs, fromMs } = worstFiveMinutes(phase);
      return {
        holds: valueMs < reservationP99Ms,
        observed: `${ms(valueMs)} in the worst five minutes (from minute ${fromMs / 60_000})`,
      };
    },
  },
  {
    name: 'shoppers-answered',
    title: 'shoppers get an answer',
    kind: 'objective',
    expected: 'to at least 99.9 % of what they ask for',
    evaluate(phase) {
      const ratio = answeredRatio(phase);
      return { holds: ratio >= 0.999, observed: `${(100 * ratio).toFixed(2)} %` };
    },
  },
];
