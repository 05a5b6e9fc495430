import { checkLoad } from './load.ts';

/**
 * Erlang B: the probability that all `servers` are busy when there is no queue (M/M/c/c).
 *
 * By the recursion B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), which neither overflows nor cancels
 * (Jagerman 1974). `offered` is the load in erlangs: arrival rate times mean service time.
 */
export function erlangB(servers: number, offered: number): number {
  checkLoad({ servers, offered });
  let blocking = 1;
  for (let n = 1; n <= servers; n += 1) blocking = (offered * blocking) / (n + offered * blocking);
  return blocking;
}

/**
 * Erlang C: the probability that an arrival has to wait in an endless queue (M/M/c), from Erlang B:
 * C = B / (1 - rho (1 - B)). 1 when the load is at or above the number of servers.
 */
export function erlangC(servers: number, offered: number): number {
  const blocking = erlangB(servers, offered);
  const utilisation = offered / servers;
  return utilisation >= 1 ? 1 : blocking / (1 - utilisation * (1 - blocking));
}
