import type { WorldContext } from '@firedrill/core/scenario';
import { messageHeaderBytes } from '../domain.ts';
import { measures } from '../measurements.ts';
import type { Game } from '../types.ts';
import { pricesOf } from './prices.ts';

/**
 * The processor of the shard. Whoever does synchronous work charges for it, at the prices in the
 * settings, or those that were measured, and for the amount that was really done; `spend` then lets virtual time pass for all of it
 * while nothing else runs, as work in an event loop does.
 */
export interface Cpu {
  apply(actions: number): void;
  check(actions: number): void;
  compare(pairs: number): void;
  encode(updates: number): void;
  /** Messages of `bytes` in all, headers not counted; those are of a stream unless said otherwise. */
  send(messages: number, bytes: number, headerBytes?: number): void;
  /** Blocks the event loop for a tick: for its beginning, and for what was charged since the last one. */
  spend(): void;
}

export function createCpu({ settings, blockEventLoop, meter }: WorldContext<Game>): Cpu {
  const prices = pricesOf(settings);
  const { tickUs, actionUs, checkUs, compareUs, encodeUs, sendUs, copyUsPerKb } = prices;
  let owedUs = 0;

  return {
    apply(actions) {
      owedUs += actions * actionUs;
    },
    check(actions) {
      owedUs += actions * checkUs;
    },
    compare(pairs) {
      owedUs += pairs * compareUs;
    },
    encode(updates) {
      owedUs += updates * encodeUs;
    },
    send(messages, bytes, headerBytes = messageHeaderBytes) {
      const sent = bytes + messages * headerBytes;
      owedUs += messages * sendUs + (sent / 1_000) * copyUsPerKb;
      meter.count(measures.bytesSent, sent);
    },
    spend() {
      blockEventLoop((tickUs + owedUs) / 1_000);
      owedUs = 0;
    },
  };
}
