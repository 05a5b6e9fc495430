import type { Lane } from './lane.ts';
import { LinkedList } from './linked-list.ts';
import type { TrackedTask } from './tracked-task.ts';

/**
 * The tasks of one hook that share a key. One of them owns the key: it runs, or may run. The others
 * are parked here in the order of their emits, and the owner passes the key on to the first of them
 * when it is over. A key is claimed when its emit is admitted, so that no lane and no line changes
 * the order.
 */
export class KeyLine extends LinkedList<TrackedTask> {
  /** Tasks that wait and had to wait for the key: all that is parked, and the owner it came to. */
  aside = 0;
  // Made for the first that has to wait: most keys never have two tasks at once.
  #asideOf: LinkedList<TrackedTask>[] | undefined;

  /** Those of one lane, in the order of their emits. */
  asideIn(lane: Lane): LinkedList<TrackedTask> {
    this.#asideOf ??= [];
    let list = this.#asideOf[lane.rank];
    if (list === undefined) {
      list = new LinkedList();
      this.#asideOf[lane.rank] = list;
    }
    return list;
  }
}
