import { formatDuration, formatValue, plural } from '@firedrill/core/scenario';
import type { Hint, OwnRun } from '@firedrill/core/workshop';
import { downstreamNames } from 'inventory-management/src/domain/downstreams.ts';
import type { Inventory } from 'inventory-management/src/types.ts';

type Run = OwnRun<Inventory>;

const count = (value: number): string => formatValue(value, 'count');

/** Services that were struck while the shop was open, with their times. */
const struck = ({ faults, clock }: Run): string =>
  faults
    .filter(({ service }) => downstreamNames.some((name) => name === service))
    .map(
      ({ service, kind, fromMs, toMs }) =>
        `${service} (${kind}, ${clock(fromMs)} to ${clock(toMs)})`,
    )
    .join(', ');

export function wrongViews(run: Run): Hint {
  const { truth, seconds, clock, figureAt, thrown, measured, settings } = run;
  const many = Math.round(settings.products / 2);
  const first = seconds.find(({ values }) => values.wrongViews > many);
  const atMs = first?.atMs ?? 0;
  const [most] = thrown.toSorted((a, b) => b.count - a.count);
  return {
    where:
      first === undefined
        ? `At the end ${plural(truth.views.wrong(), 'view')} of a product ${truth.views.wrong() === 1 ? 'was' : 'were'} wrong.`
        : `From ${clock(atMs)} on, over ${count(many)} views of a product were wrong in some service; your backlog was ${figureAt('backlog', atMs) ?? 0}. At the end ${count(truth.views.wrong())} were wrong for good, and half of the changes took over ${formatDuration(measured.timeToKnow.p50 ?? 0)} to be known by services that are well.`,
    why: `Struck were ${struck(run)}. An update that fails, comes too late or finds the queue full is gone unless somebody keeps that it was missed, and a service that hangs keeps the workers that others wait for. ${most === undefined ? 'Your code reported no error at all.' : `What your code reported most often: ${most.name}, ${most.message} (${most.count} times, first at ${clock(most.firstAtMs)}).`}`,
  };
}

export function unitsOff({ truth, seconds, clock }: Run): Hint {
  const first = seconds.find(({ values }) => values.unitsOff > 0);
  const { products, units } = truth.shelfDifference();
  const { totals } = truth.stock;
  return {
    where:
      first === undefined
        ? 'Every unit was in an account all the time.'
        : `At ${clock(first.atMs)} the first ${plural(first.values.unitsOff, 'unit')} ${first.values.unitsOff === 1 ? 'was' : 'were'} in no account: neither available, nor held, nor sold.`,
    why: `Two shoppers read the same figure, and both wrote it less one: one of the two is never counted. In all ${count(totals.unitsOff)} units were off, and in the end ${plural(products, 'product')} differed from the shelf by ${plural(units, 'unit')}. Between a read and a write anybody may write; the row has a version that says so, and ${count(totals.conflicts)} statements were refused because of it.`,
  };
}

export function traces({ truth }: Run): Hint {
  const left = truth.orders.traces();
  const [first] = left;
  const twice = truth.orders.soldTwice();
  const [double] = twice;
  const cents = left.reduce((sum, { chargedCents }) => sum + chargedCents, 0);
  return {
    where: [
      first === undefined
        ? ''
        : `${first.order.orderId} came to nothing for its shopper, and left ${plural(first.charges, 'charge')} ($${(first.chargedCents / 100).toFixed(2)}) and ${plural(first.parcels, 'parcel')}. `,
      double === undefined
        ? ''
        : `${double.order.orderId} was charged ${count(double.charges)} times and sent ${count(double.parcels)} times.`,
    ].join(''),
    why: `${plural(left.length, 'order')} failed and left something, $${(cents / 100).toFixed(2)} in all; ${plural(twice.length, 'order')} ${twice.length === 1 ? 'was' : 'were'} sold twice. An answer that was lost is no failure: the money may be taken. To ask, to repeat and to give back all need one key that stays the same.`,
  };
}
