import { erlangC } from './erlang.ts';
import { type PoolLoad, resolveLoad } from './pool-load.ts';

/**
 * Mean wait in ms in an endless queue by the approximation of Allen and Cunneen (Allen 1990,
 * "Probability, Statistics, and Queueing Theory", section 5.3.5): the wait of M/M/c times the mean
 * of both squared variations. Exact for M/M/c and for one worker with random arrivals; with several
 * workers and much variation far too high, which is why `predictPool` does not use it by itself.
 *
 * @throws RangeError that names the option and the value
 */
export function allenCunneenWaitMs(load: Omit<PoolLoad, 'queueSize'>): number {
  const { offered, workers, serviceMs, serviceScv, arrivalScv } = resolveLoad({
    ...load,
    queueSize: Infinity,
  });
  if (offered >= workers) return Infinity;
  const markovian = (erlangC(workers, offered) * serviceMs) / (workers - offered);
  return (markovian * (arrivalScv + serviceScv)) / 2;
}
