import { activeSimulation } from './active.ts';
import { real } from './real.ts';

const RealDate = real.Date;

/** Milliseconds since 1970 on the clock that rules now: virtual inside a simulation. */
export function virtualNow(): number {
  const simulation = activeSimulation();
  return simulation === undefined
    ? real.dateNow()
    : simulation.startMs + Math.floor(simulation.engine.nowUs / 1000);
}

function construct(this: unknown, ...args: unknown[]): unknown {
  if (new.target === undefined) return new RealDate(virtualNow()).toString();
  const target = new.target === construct ? RealDate : new.target;
  return Reflect.construct(RealDate, args.length === 0 ? [virtualNow()] : args, target);
}

/**
 * Takes the place of `Date`. It shares the prototype of the real one, so that `instanceof` holds in
 * both directions between dates made inside and outside a simulation.
 */
export const VirtualDate: unknown = Object.defineProperties(construct, {
  name: { value: RealDate.name },
  length: { value: RealDate.length },
  prototype: { value: RealDate.prototype, writable: false },
  now: { value: virtualNow, writable: true, configurable: true },
  parse: { value: RealDate.parse, writable: true, configurable: true },
  UTC: { value: RealDate.UTC, writable: true, configurable: true },
});
