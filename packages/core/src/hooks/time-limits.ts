import type { CoarseClock } from './coarse-clock.ts';
import { type Slot, slotState } from './slot.ts';

/**
 * The limits of the handlers under way. Starting a handler notes its deadline and nothing else;
 * the alarm is set once per pass, for the earliest one.
 */
export class TimeLimits {
  /** No deadline under way is earlier than this. It may be that of a task already over. */
  earliest = Infinity;
  #startedInPass = false;
  readonly #slots: readonly Slot[];
  readonly #clock: CoarseClock;

  constructor(slots: readonly Slot[], clock: CoarseClock) {
    this.#slots = slots;
    this.#clock = clock;
  }

  /** Notes the deadline of a handler that has just started. */
  note(slot: Slot): void {
    const limitMs = slot.hook === undefined ? Infinity : slot.hook.limitMs;
    if (limitMs === Infinity && slot.envelope === undefined) {
      slot.deadline = Infinity;
      return;
    }
    const own = slot.startedAt + limitMs;
    const emits = slot.envelope === undefined ? Infinity : slot.envelope.deadline;
    slot.deadline = own < emits ? own : emits;
    if (slot.deadline === Infinity) return;
    this.#startedInPass = true;
    if (slot.deadline < this.earliest) this.earliest = slot.deadline;
  }

  /**
   * Should a handler have blocked the pass for longer than a millisecond, the shared reading of the
   * clock was too early for those after it; their limits are then counted from the end of the pass,
   * before which nothing could have interrupted them anyway.
   */
  afterPass(began: number): void {
    if (!this.#startedInPass) return;
    this.#startedInPass = false;
    const now = this.#clock.read();
    if (now - began <= 1) return;
    this.earliest = Infinity;
    for (const slot of this.#slots) {
      if (slot.state !== slotState.running) continue;
      if (slot.startedAt >= began) {
        const own = now + (slot.hook?.limitMs ?? Infinity);
        slot.deadline = Math.min(own, slot.envelope?.deadline ?? Infinity);
      }
      if (slot.deadline < this.earliest) this.earliest = slot.deadline;
    }
  }

  /** The handlers whose limit has passed. */
  due(now: number): Slot[] {
    this.earliest = Infinity;
    const due: Slot[] = [];
    for (const slot of this.#slots) {
      if (slot.state !== slotState.running) continue;
      // What has started in the future was started under a clock that is gone.
      if (slot.deadline <= now || slot.startedAt > now) due.push(slot);
      else if (slot.deadline < this.earliest) this.earliest = slot.deadline;
    }
    return due;
  }

  /** To be called when nothing runs any more. */
  reset(): void {
    this.earliest = Infinity;
  }
}
