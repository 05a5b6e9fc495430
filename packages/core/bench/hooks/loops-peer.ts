import type { Peer } from './session.ts';

/**
 * What one would write by hand: an array of events and loops that await one handler after the
 * other. No bound on the queue, no errors, no metrics: what bounded concurrency costs at the least.
 */
export const loopsPeer: Peer = {
  name: 'loops by hand',
  can: new Set(['async', 'sync']),
  share: 1,
  note: 'no errors, limits, metrics or bound',
  open({ handlers, concurrency }) {
    const waiting: number[] = [];
    let event = 0;
    let cursor = 0;
    async function loop(): Promise<void> {
      while (event < waiting.length) {
        const data = waiting[event] ?? 0;
        const handler = handlers[cursor];
        if (++cursor === handlers.length) {
          cursor = 0;
          event++;
        }
        await handler?.(data);
      }
    }
    return {
      emit: (data) => void waiting.push(data),
      settled: async () => void (await Promise.all(Array.from({ length: concurrency }, loop))),
    };
  },
};
