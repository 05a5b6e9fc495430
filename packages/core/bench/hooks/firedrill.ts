import { createHooks } from '../../src/hooks/index.ts';
import type { Peer } from './session.ts';

/** The hooks of this package, with the complete feature set: there is no other. */
export const firedrill: Peer = {
  name: 'firedrill',
  can: new Set(['sync', 'async', 'limit', 'wait']),
  share: 1,
  open({ handlers, concurrency, events, limitMs }) {
    const hooks = createHooks<{ event: number }>({
      workers: concurrency,
      queueSize: (events + 1) * handlers.length,
      ...(limitMs !== undefined && { timeoutMs: limitMs }),
    });
    for (const handler of handlers) hooks.hook('event', handler);
    return {
      emit: (data) => void hooks.emit('event', data),
      settled: () => hooks.onIdle(),
    };
  },
};
