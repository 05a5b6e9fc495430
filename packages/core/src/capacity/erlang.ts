import { requireCount, requireNotNegative } from './checks.ts';

/**
 * Erlang B: the probability that all `servers` are busy when there is no queue (M/M/c/c).
 *
 * By the recursion B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), which neither overflows nor cancels
 * (Jagerman 1974, "Some properties of the Erlang loss function").
 *
 * @param servers whole number, at least 0
 * @param offered load in erlangs: arrival rate times mean service time
 * @throws RangeError that names the option and the value
 */
export function erlangB(servers: number, offered: number): number {
  requireCount('servers', servers, 0);
  requireNotNegative('offered', offered);
  let blocking = 1;
  for (let n = 1; n <= servers; n += 1) blocking = (offered * blocking) / (n + offered * blocking);
  return blocking;
}

/**
 * Erlang C: the probability that an arrival has to wait in an endless queue (M/M/c), from Erlang B:
 * C = B / (1 - rho (1 - B)). 1 when the load is at or above the number of servers.
 *
 * @throws RangeError that names the option and the value
 */
export function erlangC(servers: number, offered: number): number {
  requireCount('servers', servers, 1);
  const blocking = erlangB(servers, offered);
  const utilisation = offered / servers;
  return utilisation >= 1 ? 1 : blocking / (1 - utilisation * (1 - blocking));
}

/**
 * The load in erlangs at which `servers` block this share of it: the inverse that dimensioning
 * tables print. By bisection, as B rises with the load.
 *
 * @param blocking above 0, below 1
 * @throws RangeError when it is not, or `servers` is no whole number of at least 1
 */
export function offeredForBlocking(servers: number, blocking: number): number {
  requireCount('servers', servers, 1);
  if (!(blocking > 0 && blocking < 1)) {
    throw new RangeError(
      `Failed to size a pool: blocking is ${blocking}. Use a share above 0, below 1.`,
    );
  }
  let low = 0;
  // With a load above servers / (1 - blocking), more than `blocking` of it cannot be carried.
  let high = servers / (1 - blocking);
  for (let step = 0; step < 100 && low < high; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (erlangB(servers, middle) < blocking) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
