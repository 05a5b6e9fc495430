import { activeSimulation } from './active.ts';
import { originalGetter } from './host/original.ts';

const realTimeStamp = originalGetter(Event.prototype, 'timeStamp');
const stamps = new WeakMap<object, number>();

/**
 * The virtual time at which it is first asked for, which is when the event is heard. The moment at
 * which it was made is known to the machine only.
 */
function timeStamp(this: object): unknown {
  // It is the real getter that refuses what is no event.
  const real = realTimeStamp(this);
  if (activeSimulation() === undefined) return real;
  const stamp = stamps.get(this) ?? performance.now();
  stamps.set(this, stamp);
  return stamp;
}

/** Takes the place of the getter of `Event`. */
export const virtualEvent = { timeStamp } as const;
