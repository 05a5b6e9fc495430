import type { Hook } from './hook.ts';
import type { Lane } from './lane.ts';

/** The hooks of one emit that go to one lane. */
export interface FanoutPart {
  readonly lane: Lane;
  readonly hooks: readonly Hook[];
}

/** The hooks of an event, in order of registration, and split by the lane each belongs to. */
export class Fanout {
  readonly hooks: readonly Hook[];
  /** The lane of all hooks, when they share one. */
  readonly lane: Lane | undefined;
  readonly parts: readonly FanoutPart[];

  constructor(hooks: readonly Hook[]) {
    this.hooks = hooks;
    const byLane = Map.groupBy(hooks, (hook) => hook.lane);
    this.parts = Array.from(byLane, ([lane, group]) => ({ lane, hooks: group }));
    this.lane = this.parts.length === 1 ? this.parts[0]?.lane : undefined;
  }

  /** The same hooks, all in the lane that an emit asks for. */
  partsIn(lane: Lane | undefined): readonly FanoutPart[] {
    return lane === undefined ? this.parts : [{ lane, hooks: this.hooks }];
  }
}
