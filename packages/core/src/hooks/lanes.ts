import { Lane } from './lane.ts';
import type { ResolvedOptions } from './options.ts';

/** The lanes of one pool, the most important first. */
export class Lanes {
  readonly all: readonly Lane[];
  readonly default: Lane;
  /** The only lane, when there is but one: lets the common case skip all sharing rules. */
  readonly single: Lane | undefined;

  constructor(options: Pick<ResolvedOptions, 'lanes' | 'defaultLane'>) {
    this.all = options.lanes.map(
      ({ name, reservedWorkers }, rank) => new Lane(name, rank, reservedWorkers),
    );
    this.default = this.named(options.defaultLane, 'defaultLane');
    this.single = this.all.length === 1 ? this.default : undefined;
  }

  /** @throws RangeError for a lane that does not exist */
  named(name: string, option = 'lane'): Lane {
    const lane = this.all.find((candidate) => candidate.name === name);
    if (lane !== undefined) return lane;
    throw new RangeError(
      `Failed to read option ${option}: "${name}" is not a lane. ` +
        `Use one of ${this.all.map((known) => known.name).join(', ')}.`,
    );
  }

  /** Tasks that have been admitted and not started. */
  get waiting(): number {
    let tasks = 0;
    for (const lane of this.all) tasks += lane.waiting;
    return tasks;
  }

  /** Tasks that have been admitted and are not settled. */
  get unfinished(): number {
    let tasks = 0;
    for (const lane of this.all) tasks += lane.waiting + lane.running;
    return tasks;
  }
}
