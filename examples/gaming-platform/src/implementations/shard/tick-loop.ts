import { sleep } from '@firedrill/core/resilience';
import type { Context } from '../../system.ts';

/**
 * The heartbeat of a shard: a tick every `tickMs`, one at a time.
 *
 * A tick that is still under way when the next falls due delays it; ticks that fall due meanwhile are
 * missed, and the next one does the work of all of them.
 */
export interface TickLoop {
  /** Does something at the beginning of the next tick, and resolves when that tick is over. */
  inNextTick(action: () => void): Promise<void>;
  /** Ends the loop after the next tick that finds nothing to do. */
  stop(): Promise<void>;
}

interface Errand {
  readonly action: () => void;
  readonly done: () => void;
}

/** Starts the loop. A tick that throws is told of, and the loop goes on. */
export function startTicks(
  { settings, clock, telemetry, outside }: Context,
  tick: () => void | Promise<void>,
): TickLoop {
  const { tickMs } = settings;
  const { gate } = outside;
  const { elapsedMs } = clock;
  let errands: Errand[] = [];
  const stopping = { isAsked: false };
  // A shard that comes back joins the beat of the game, and starts none of its own.
  let dueMs = tickMs * Math.ceil(elapsedMs() / tickMs);

  async function runTick(): Promise<void> {
    const startedMs = elapsedMs();
    const taken = errands;
    errands = [];
    for (const { action } of taken) action();
    try {
      await tick();
    } catch (error) {
      telemetry.failed(error);
    }
    gate.endTick();
    do dueMs += tickMs;
    while (dueMs <= startedMs);
    for (const { done } of taken) done();
  }

  async function run(): Promise<void> {
    while (!stopping.isAsked || gate.hasInputs() || errands.length > 0) {
      const waitMs = dueMs - elapsedMs();
      await (waitMs > 0 ? sleep(waitMs) : nextTurn());
      await runTick();
    }
  }
  const ended = run();

  return {
    inNextTick: (action) => new Promise((done) => errands.push({ action, done })),
    stop() {
      stopping.isAsked = true;
      return ended;
    },
  };
}

/** Lets everything else that is due run before a tick that is late. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
