import type { Random } from '../simulation/index.ts';
import { ActiveFault } from './active-fault.ts';
import type { Fault, IdentifiedFault } from './fault.ts';
import { identifyFaults } from './identify-faults.ts';
import { suggest } from './nearest.ts';

/** All the faults of a run, by whom they strike. */
export class FaultSchedule {
  readonly faults: readonly IdentifiedFault[];
  readonly #active = new Map<string, ActiveFault>();

  constructor(faults: readonly Fault[], random: Random) {
    this.faults = identifyFaults(faults);
    for (const fault of this.faults) this.#active.set(fault.id, new ActiveFault(fault, random));
  }

  /**
   * The faults of a service or channel, in the order of the schedule.
   *
   * @throws RangeError for a fault of an operation that it does not have.
   */
  of(service: string, operations: readonly string[]): readonly ActiveFault[] {
    const own = [...this.#active.values()].filter(({ fault }) => fault.service === service);
    for (const { fault } of own) {
      if (fault.operation === undefined || operations.includes(fault.operation)) continue;
      throw new RangeError(
        `Invalid ${fault.id}.operation "${fault.operation}": ${service} has no such operation. ` +
          suggest(fault.operation, operations),
      );
    }
    return own;
  }

  /** Counts a fault that somebody else carried out. */
  fired(id: string): void {
    const active = this.#active.get(id);
    if (active !== undefined) active.fired += 1;
  }

  counts(): ReadonlyMap<string, number> {
    return new Map([...this.#active].map(([id, { fired }]) => [id, fired]));
  }

  /** @throws RangeError when no fault has this id, or it picks single calls. */
  isAffected(id: string, key: string): boolean {
    const active = this.#active.get(id);
    if (active === undefined) {
      throw new RangeError(`Invalid fault id "${id}". ${suggest(id, [...this.#active.keys()])}`);
    }
    if (active.fault.of !== 'keys' && (active.fault.share ?? 1) < 1) {
      throw new RangeError(
        `Invalid fault id "${id}": it picks single calls, not keys. Give the fault of: 'keys'.`,
      );
    }
    return active.includesKey(key);
  }
}
