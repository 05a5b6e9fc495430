import type { GiveUp } from './give-up.ts';
import type { Hook } from './hook.ts';
import type { Lanes } from './lanes.ts';
import type { Pump } from './pump.ts';
import type { TrackedTasks } from './tracked-tasks.ts';

/**
 * Hooks that have left. What waits for them gives its places back in the next pass, in one walk for
 * all that have left until then, rather than when a worker comes to it.
 */
export class Departures {
  readonly #lanes: Lanes;
  readonly #tracked: TrackedTasks;
  readonly #giveUp: GiveUp;
  readonly #pump: Pump;
  #departed = new Set<Hook>();

  constructor(lanes: Lanes, tracked: TrackedTasks, giveUp: GiveUp, pump: Pump) {
    this.#lanes = lanes;
    this.#tracked = tracked;
    this.#giveUp = giveUp;
    this.#pump = pump;
  }

  get isEmpty(): boolean {
    return this.#departed.size === 0;
  }

  add(hook: Hook): void {
    if (this.#lanes.waiting === 0) return;
    this.#departed.add(hook);
    this.#pump.wake();
  }

  dropTasks(): void {
    const departed = this.#departed;
    this.#departed = new Set();
    for (const task of this.#tracked.waitingFor(departed, this.#lanes.all)) {
      if (task.isWaiting) this.#giveUp.dropTracked(task, 'unregistered');
    }
    for (const lane of this.#lanes.all) {
      lane.queue.remove(departed, (queued) => {
        this.#giveUp.drop({ lane, ...queued }, 'unregistered');
      });
    }
  }
}
