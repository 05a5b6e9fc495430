import type { FaultTarget } from '../services/index.ts';

/** Targets of several settings, each once, with every operation that it has in any of them. */
export function united(lists: readonly (readonly FaultTarget[])[]): readonly FaultTarget[] {
  const all = new Map<string, FaultTarget>();
  for (const target of lists.flat()) {
    const operations = new Set([...(all.get(target.name)?.operations ?? []), ...target.operations]);
    all.set(target.name, { ...target, operations: [...operations] });
  }
  return [...all.values()];
}
