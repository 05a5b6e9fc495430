import cargo from 'async/cargo.js';
import { Effect, Queue } from 'effect';
import fastq from 'fastq';
import PQueue from 'p-queue';
import { Countdown } from './countdown.ts';
import type { BenchHandler, Peer } from './session.ts';
import { withLimit } from './with-limit.ts';

/** One handler called for one event, where a queue holds tasks rather than events. */
interface Task {
  readonly handler: BenchHandler;
  readonly data: number;
}

type Done = (error: Error | null) => void;

function call(handler: BenchHandler, data: number, limitMs: number | undefined, done: Done): void {
  const result = limitMs === undefined ? handler(data) : withLimit(handler(data), limitMs);
  if (result === undefined) done(null);
  // oxlint-disable-next-line promise/no-callback-in-promise -- the interface that is measured
  else void result.then(() => done(null), done);
}

/** fastq through its callback interface, its fastest. */
const fastqPeer: Peer = {
  name: 'fastq',
  can: new Set(['sync', 'async', 'limit', 'wait']),
  share: 1,
  open({ handlers, concurrency, limitMs }) {
    const countdown = new Countdown();
    const queue = fastq<unknown, Task>(
      ({ handler, data }, done) => call(handler, data, limitMs, done),
      concurrency,
    );
    return {
      emit: (data) => {
        countdown.add(handlers.length);
        for (const handler of handlers) queue.push({ handler, data }, countdown.done);
      },
      settled: () => countdown.settled(),
    };
  },
};

const pQueuePeer: Peer = {
  name: 'p-queue',
  can: new Set(['sync', 'async', 'limit', 'wait']),
  share: 0.05,
  open({ handlers, concurrency, limitMs }) {
    const queue = new PQueue({ concurrency, ...(limitMs !== undefined && { timeout: limitMs }) });
    return {
      emit: (data) => {
        for (const handler of handlers) void queue.add(async () => handler(data));
      },
      settled: () => queue.onIdle(),
    };
  },
};

/** Fibers that take tasks from an unbounded queue. */
const effectPeer: Peer = {
  name: 'effect',
  can: new Set(['sync', 'async', 'limit', 'wait']),
  share: 0.1,
  open({ handlers, concurrency, limitMs }) {
    const countdown = new Countdown();
    const queue = Effect.runSync(Queue.unbounded<Task>());
    const run = ({ handler, data }: Task): Effect.Effect<unknown, unknown> => {
      const effect = Effect.promise(async () => handler(data));
      return limitMs === undefined ? effect : Effect.timeout(effect, limitMs);
    };
    const handle = Effect.flatMap(Queue.take(queue), (task) =>
      Effect.tap(run(task), () => Effect.sync(countdown.done)),
    );
    for (let i = 0; i < concurrency; i++) Effect.runFork(Effect.forever(handle));
    return {
      emit: (data) => {
        countdown.add(handlers.length);
        for (const handler of handlers) Queue.offerUnsafe(queue, { handler, data });
      },
      settled: () => countdown.settled(),
    };
  },
};

/** Takes tasks ten at a time, and the next ten when all of them are over. */
const cargoPeer: Peer = {
  name: 'async.cargo',
  can: new Set(['sync', 'async', 'wait']),
  share: 1,
  open({ handlers, concurrency }) {
    const countdown = new Countdown();
    const queue = cargo<Task>((tasks, done) => {
      const pending: Promise<void>[] = [];
      for (const { handler, data } of tasks) {
        const result = handler(data);
        if (result === undefined) countdown.done();
        else pending.push(result.then(countdown.done));
      }
      if (pending.length === 0) done();
      // oxlint-disable-next-line promise/no-callback-in-promise -- the interface that is measured
      else void Promise.all(pending).then(() => done());
    }, concurrency);
    return {
      emit: (data) => {
        countdown.add(handlers.length);
        for (const handler of handlers) queue.push({ handler, data });
      },
      settled: () => countdown.settled(),
    };
  },
};

/** Peers that bound how many handlers are under way. */
export const queuePeers: readonly Peer[] = [fastqPeer, cargoPeer, effectPeer, pQueuePeer];
