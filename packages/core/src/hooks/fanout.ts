import type { Hook } from './hook.ts';
import type { Lane } from './lane.ts';

/** The hooks of one emit that go to one lane. */
export interface FanoutPart {
  readonly lane: Lane;
  readonly hooks: readonly Hook[];
}

/** The hooks of an event, in order of registration, and split by the lane each belongs to. */
export class Fanout {
  readonly event: string;
  readonly hooks: readonly Hook[];
  readonly parts: readonly FanoutPart[];
  /** Whether any handler takes a context, which tells it the ids of its emit. */
  readonly takesContext: boolean;

  constructor(event: string, hooks: readonly Hook[]) {
    this.event = event;
    this.hooks = hooks;
    this.takesContext = hooks.some((hook) => hook.takesContext);
    const byLane = new Map<Lane, Hook[]>();
    for (const hook of hooks) {
      const group = byLane.get(hook.lane);
      if (group === undefined) byLane.set(hook.lane, [hook]);
      else group.push(hook);
    }
    this.parts = Array.from(byLane, ([lane, group]) => ({ lane, hooks: group }));
  }

  /** The same hooks, all in the lane that an emit asks for. */
  partsIn(lane: Lane | undefined): readonly FanoutPart[] {
    return lane === undefined ? this.parts : [{ lane, hooks: this.hooks }];
  }
}

/** What is left of an emit's parts when hooks have gone since. */
export function activeParts(parts: readonly FanoutPart[]): readonly FanoutPart[] {
  if (parts.every(({ hooks }) => hooks.every(({ active }) => active))) return parts;
  return parts
    .map(({ lane, hooks }) => ({ lane, hooks: hooks.filter(({ active }) => active) }))
    .filter(({ hooks }) => hooks.length > 0);
}

export function taskCount(parts: readonly FanoutPart[]): number {
  let tasks = 0;
  for (const part of parts) tasks += part.hooks.length;
  return tasks;
}

/** The least important lane that the emit goes to. */
export function rankOf(parts: readonly FanoutPart[]): number {
  let rank = 0;
  for (const part of parts) rank = Math.max(rank, part.lane.rank);
  return rank;
}

/** Counts the tasks of an emit that is refused. */
export function countRejected(parts: readonly FanoutPart[]): void {
  for (const { lane, hooks } of parts) lane.rejected += hooks.length;
}
