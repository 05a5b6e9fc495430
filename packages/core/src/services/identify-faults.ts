import type { Fault, IdentifiedFault } from './fault.ts';
import { validateFault } from './validate-fault.ts';

/**
 * Checks a schedule of faults and gives an id to each that has none: `${service}-${kind}-${n}`,
 * counted in the order of the schedule. Faults that have their ids pass unchanged.
 *
 * @throws RangeError for an id that is used twice, and as `validateFault` does.
 */
export function identifyFaults(faults: readonly Fault[]): readonly IdentifiedFault[] {
  const taken = new Set<string>();
  for (const fault of faults) {
    validateFault(fault);
    if (fault.id === undefined) continue;
    if (taken.has(fault.id)) {
      throw new RangeError(
        `Invalid fault id "${fault.id}": two faults have it. Use another, or none.`,
      );
    }
    taken.add(fault.id);
  }
  return faults.map((fault) => (hasId(fault) ? fault : { ...fault, id: nextId(fault, taken) }));
}

function hasId(fault: Fault): fault is IdentifiedFault {
  return fault.id !== undefined;
}

function nextId({ service, kind }: Fault, taken: Set<string>): string {
  for (let n = 1; ; n += 1) {
    const id = `${service}-${kind}-${n}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}
