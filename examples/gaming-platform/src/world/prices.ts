import type { Settings } from '../settings.ts';

/** What the synchronous work of a tick costs the processor, each in microseconds. */
export interface Prices {
  /** To begin a tick: since the last one, caches have gone cold. */
  readonly tickUs: number;
  /** To apply one action, with all that the shard notes of it. */
  readonly actionUs: number;
  /** The anti-cheat, for one action. */
  readonly checkUs: number;
  /** To compare two positions, and to tell those who are near: of those compared, one in four. */
  readonly compareUs: number;
  /** To encode one update, with the way to it. */
  readonly encodeUs: number;
  /** To write one message to a socket. */
  readonly sendUs: number;
  /** For a thousand bytes more in messages. */
  readonly copyUsPerKb: number;
}

/**
 * Prices as `pnpm --filter gaming-platform bench:tick` has measured them, by the code of the hardened shard, on the
 * machine that [`measured.json`](../../bench/tick/measured.json) names. That is a virtual one, on which a system call
 * is dear; what holds elsewhere is how they relate. A test keeps the two files together.
 */
export const measuredPrices: Prices = {
  tickUs: 166,
  actionUs: 8.09,
  checkUs: 1.89,
  compareUs: 0.415,
  encodeUs: 2.34,
  sendUs: 12.9,
  copyUsPerKb: 0.891,
};

/** What the simulated processor charges: what was measured, or what the settings assume. */
export function pricesOf(settings: Settings): Prices {
  if (settings.measuredPrices) return measuredPrices;
  const { actionUs, checkUs, compareUs, encodeUs, sendUs, copyUsPerKb } = settings;
  return { tickUs: 0, actionUs, checkUs, compareUs, encodeUs, sendUs, copyUsPerKb };
}
