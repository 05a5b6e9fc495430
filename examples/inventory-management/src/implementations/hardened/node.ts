import { createHooks, withPolicy } from '@firedrill/core/hooks';
import type { Breakers } from '@firedrill/core/resilience';
import type { StockLevel } from '../../domain.ts';
import type { Downstream } from '../../domain/downstreams.ts';
import type { Settings } from '../../settings.ts';

/** One machine of the fleet: a bounded pool that tells all downstreams of a change in parallel. */
export interface Node {
  readonly name: string;
  /** Takes a change, or says that there is no room. Changes of one product are told in order. */
  offer(level: StockLevel): boolean;
  /** Tasks taken and not done; one change is a task for each downstream. */
  readonly pending: number;
  /** What it has done so far. */
  readonly done: Work;
  /** Finishes what it has taken. */
  close(): Promise<void>;
}

export interface Work {
  readonly tasks: number;
  /** Time for which these held a worker, in ms. */
  readonly busyMs: number;
}

/** What a node needs of the world round it. */
export interface NodeParts {
  readonly settings: Settings;
  readonly elapsedMs: () => number;
  readonly downstreams: readonly Downstream[];
  readonly breakers: Breakers<Downstream>;
  readonly tell: (
    downstream: Downstream,
    level: StockLevel,
    signal?: AbortSignal,
  ) => Promise<unknown>;
  /** An update that was taken, and did not arrive. */
  readonly onMissed: (
    downstream: Downstream,
    level: StockLevel,
    reason: string,
    error: unknown,
  ) => void;
}

interface StockEvents {
  readonly 'stock.changed': StockLevel;
}

/** Tasks that may wait for each worker. At 65 ms a task, the last of them starts after 3 s. */
export const queuePerWorker = 48;

/** No task outlives its time limit, so this is only ever needed by a broken one. */
const closeTimeoutMs = 60_000;

export function createNode(name: string, parts: NodeParts): Node {
  const { settings, elapsedMs, downstreams, breakers, tell, onMissed } = parts;
  let pending = 0;
  let tasks = 0;
  let busyMs = 0;
  const hooks = createHooks<StockEvents>({
    workers: settings.nodeWorkers,
    queueSize: queuePerWorker * settings.nodeWorkers,
    timeoutMs: settings.updateTimeoutMs,
    onDeadLetter({ hook, data, reason, error, started }) {
      if (!started) pending -= 1;
      const downstream = downstreams.find((each) => each === hook);
      if (downstream !== undefined) onMissed(downstream, data, reason, error);
    },
  });

  /** The breaker of a downstream, with a stop-watch round it. */
  function timed(downstream: Downstream) {
    const { execute } = breakers.policy(downstream);
    const measured: typeof execute = async (call, signal) => {
      const startedMs = elapsedMs();
      try {
        return await execute(call, signal);
      } finally {
        pending -= 1;
        tasks += 1;
        busyMs += elapsedMs() - startedMs;
      }
    };
    return { execute: measured };
  }

  for (const downstream of downstreams) {
    hooks.registry.hook(
      'stock.changed',
      withPolicy(timed(downstream), (level, { signal }) => tell(downstream, level, signal)),
      { name: downstream },
    );
  }

  return {
    name,
    offer(level) {
      const { admitted } = hooks.emit('stock.changed', level, { key: level.productId });
      if (admitted) pending += downstreams.length;
      return admitted;
    },
    get pending() {
      return pending;
    },
    get done() {
      return { tasks, busyMs };
    },
    close: async () => {
      await hooks.close({ timeoutMs: closeTimeoutMs });
    },
  };
}
