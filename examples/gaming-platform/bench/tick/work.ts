import type { Outside } from '../../src/system.ts';
import { messageHeaderBytes } from '../../src/domain.ts';
import type { Prices } from '../../src/world/prices.ts';

/** What a shard has charged the processor for: how often each, and thousands of bytes. */
export interface Work {
  actions: number;
  checks: number;
  compares: number;
  encodes: number;
  messages: number;
  kilobytes: number;
}

export const noWork = (): Work => ({
  actions: 0,
  checks: 0,
  compares: 0,
  encodes: 0,
  messages: 0,
  kilobytes: 0,
});

/** A processor that only counts, and spends no time: the time is the real one. */
export const counting = (work: Work): Outside['cpu'] => ({
  apply(actions) {
    work.actions += actions;
  },
  check(actions) {
    work.checks += actions;
  },
  compare(pairs) {
    work.compares += pairs;
  },
  encode(updates) {
    work.encodes += updates;
  },
  send(messages, bytes, headerBytes = messageHeaderBytes) {
    work.messages += messages;
    work.kilobytes += (bytes + messages * headerBytes) / 1_000;
  },
  spend() {},
});

/** What was charged for in a tick, on average. */
export function meanWork(works: readonly Work[]): Work {
  const sum = noWork();
  for (const work of works) {
    for (const name of kindsOfWork) sum[name] += work[name] / works.length;
  }
  return sum;
}

export const kindsOfWork = [
  'actions',
  'checks',
  'compares',
  'encodes',
  'messages',
  'kilobytes',
] as const;

/** What work costs at these prices, in one tick, in microseconds. */
export const costUs = (work: Work, prices: Prices): number =>
  prices.tickUs +
  work.actions * prices.actionUs +
  work.checks * prices.checkUs +
  work.compares * prices.compareUs +
  work.encodes * prices.encodeUs +
  work.messages * prices.sendUs +
  work.kilobytes * prices.copyUsPerKb;
