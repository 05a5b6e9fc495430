import { HookLimitError } from './errors.ts';
import { Fanout, type FanoutPart } from './fanout.ts';
import type { Hook } from './hook.ts';

/**
 * Who listens to what. Each event has one immutable fan-out, replaced when a hook comes or goes:
 * an emit that is waiting keeps the fan-out it was admitted with, so unregistering during a dispatch
 * changes no array under it (`hook.active` tells it what is gone).
 */
export class Registry {
  /** Hooks registered, over all events. */
  size = 0;
  readonly #maxHooks: number;
  readonly #maxHooksPerEvent: number;
  readonly #fanouts = new Map<string, Fanout>();
  // Emits come in runs of one event: remembering the last one halves the cost of an emit.
  #lastEvent: string | undefined;
  #lastFanout: Fanout | undefined;

  constructor(maxHooks: number, maxHooksPerEvent: number) {
    this.#maxHooks = maxHooks;
    this.#maxHooksPerEvent = maxHooksPerEvent;
  }

  /** The fan-out of an event; undefined when nobody listens. */
  find(event: string): Fanout | undefined {
    if (event === this.#lastEvent) return this.#lastFanout;
    this.#lastEvent = event;
    this.#lastFanout = this.#fanouts.get(event);
    return this.#lastFanout;
  }

  /**
   * @param capacityFor how many hooks of such parts fit into the pool at once
   * @throws HookLimitError
   */
  add(hook: Hook, capacityFor: (parts: readonly FanoutPart[]) => number): void {
    const hooks = this.#fanouts.get(hook.event)?.hooks ?? [];
    if (hooks.length >= this.#maxHooksPerEvent) {
      throw new HookLimitError('event', hook.event, this.#maxHooksPerEvent);
    }
    if (this.size >= this.#maxHooks) {
      throw new HookLimitError('total', hook.event, this.#maxHooks);
    }
    const fanout = new Fanout(hook.event, [...hooks, hook]);
    const capacity = capacityFor(fanout.parts);
    if (fanout.hooks.length > capacity) throw new HookLimitError('capacity', hook.event, capacity);
    this.#replace(fanout);
    this.size++;
  }

  /** Removes an active hook; false when it was removed before. */
  remove(hook: Hook): boolean {
    if (!hook.active) return false;
    hook.active = false;
    hook.isPlain = false;
    const hooks = this.#fanouts.get(hook.event)?.hooks ?? [];
    this.#replace(
      new Fanout(
        hook.event,
        hooks.filter((other) => other !== hook),
      ),
    );
    this.size--;
    return true;
  }

  /** The hooks of one event, or of all. */
  hooksOf(event: string | undefined): readonly Hook[] {
    if (event !== undefined) return this.#fanouts.get(event)?.hooks ?? [];
    return Array.from(this.#fanouts.values(), ({ hooks }) => hooks).flat();
  }

  /** Hooks of one event. */
  count(event: string): number {
    return this.#fanouts.get(event)?.hooks.length ?? 0;
  }

  #replace(fanout: Fanout): void {
    if (fanout.hooks.length === 0) this.#fanouts.delete(fanout.event);
    else this.#fanouts.set(fanout.event, fanout);
    this.#lastEvent = undefined;
    this.#lastFanout = undefined;
  }
}
