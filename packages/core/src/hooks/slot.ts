import type { Envelope } from './envelope.ts';
import type { TaskContext } from './handler-context.ts';
import type { Hook } from './hook.ts';
import type { Lane } from './lane.ts';
import type { TrackedTask } from './tracked-task.ts';

/*
 * A slot is one asynchronous handler under way. Numbers rather than objects, because a slot changes
 * state with every task:
 *
 *   idle ──start──> running ──settles──> idle
 *                      │
 *                      ├─ limit passes, strays below the bound ──> stray   (worker given back)
 *                      ├─ limit passes, strays at the bound ─────> held    (worker kept)
 *                      ├─ its emit is cancelled ─────────────────> stray, held
 *                      └─ close() gives up on it ────────────────> forsaken
 *
 *   held ──another stray settles──> stray;   stray, held, forsaken ──settles──> idle
 *
 * A task is counted once, when it leaves `running`; what its handler does afterwards changes only
 * the number of strays.
 */
export const slotState = { idle: 0, running: 1, stray: 2, held: 3, forsaken: 4 } as const;
export type SlotState = (typeof slotState)[keyof typeof slotState];

export class Slot {
  state: SlotState = slotState.idle;
  hook: Hook | undefined;
  lane: Lane | undefined;
  data: unknown;
  envelope: Envelope | undefined;
  /** What runs here, when it is tracked. */
  task: TrackedTask | undefined;
  context: TaskContext | undefined;
  startedAt = 0;
  /** When the limit passes; Infinity for none. */
  deadline = Infinity;
  /** Made once for the slot, so that a task allocates no closures. */
  readonly onFulfilled: () => void;
  readonly onRejected: (error: unknown) => void;

  constructor(onFulfilled: (slot: Slot) => void, onRejected: (slot: Slot, error: unknown) => void) {
    this.onFulfilled = () => onFulfilled(this);
    this.onRejected = (error) => onRejected(this, error);
  }

  /** Lets go of what belonged to the last task. */
  clear(): void {
    this.hook = undefined;
    this.lane = undefined;
    this.data = undefined;
  }
}
