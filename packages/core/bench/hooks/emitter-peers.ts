import Emittery from 'emittery';
import { EventEmitter } from 'eventemitter3';
import { createHooks } from 'hookable';
import { AsyncParallelHook } from 'tapable';
import { Countdown } from './countdown.ts';
import type { Peer } from './session.ts';

const unbounded = 'runs every handler of every event at once';

const emitteryPeer: Peer = {
  name: 'emittery',
  can: new Set(['sync', 'async']),
  share: 0.05,
  note: unbounded,
  open({ handlers }) {
    const emitter = new Emittery<{ event: number }>();
    const countdown = new Countdown();
    for (const handler of handlers) emitter.on('event', ({ data }) => handler(data));
    return {
      emit: (data) => {
        countdown.add(1);
        void emitter.emit('event', data).then(countdown.done);
      },
      settled: () => countdown.settled(),
    };
  },
};

const hookablePeer: Peer = {
  name: 'hookable',
  can: new Set(['sync', 'async']),
  share: 0.25,
  note: `${unbounded}; synchronous ones inside the emit`,
  open({ handlers }) {
    const hooks = createHooks<{ event: (data: number) => void | Promise<void> }>();
    const countdown = new Countdown();
    for (const handler of handlers) hooks.hook('event', handler);
    return {
      emit: (data) => {
        const result: unknown = hooks.callHookParallel('event', data);
        if (!(result instanceof Promise)) return;
        countdown.add(1);
        void result.then(countdown.done);
      },
      settled: () => countdown.settled(),
    };
  },
};

const tapablePeer: Peer = {
  name: 'tapable',
  can: new Set(['sync', 'async']),
  share: 0.25,
  note: `${unbounded}, inside the emit`,
  open({ handlers }) {
    const hook = new AsyncParallelHook<[number]>(['data']);
    const countdown = new Countdown();
    for (const [i, handler] of handlers.entries()) {
      hook.tapPromise(`handler ${i}`, async (data) => handler(data));
    }
    return {
      emit: (data) => {
        countdown.add(1);
        void hook.promise(data).then(countdown.done);
      },
      settled: () => countdown.settled(),
    };
  },
};

const eventEmitter3Peer: Peer = {
  name: 'eventemitter3',
  can: new Set(['sync']),
  share: 1,
  note: 'runs handlers inside the emit, and cannot await any',
  open({ handlers }) {
    const emitter = new EventEmitter<{ event: [number] }>();
    for (const handler of handlers) emitter.on('event', (data) => void handler(data));
    return {
      emit: (data) => void emitter.emit('event', data),
      settled: () => Promise.resolve(),
    };
  },
};

/** Peers that bound nothing: what is emitted runs. */
export const emitterPeers: readonly Peer[] = [
  emitteryPeer,
  hookablePeer,
  tapablePeer,
  eventEmitter3Peer,
];
