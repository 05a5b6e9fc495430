import { WorkConflictError } from './errors.ts';
import { isSameData } from './plain-data.ts';
import type { WorkItem } from './work-item.ts';
import type { WorkStore } from './work-store.ts';

/**
 * A store in memory: what it keeps survives whoever works on it, and in a simulation stands for what is
 * on a disk. It keeps copies, as a disk would.
 */
export function createMemoryWorkStore<Payload>(): WorkStore<Payload> {
  const items = new Map<string, WorkItem<Payload>>();

  return {
    async add(item) {
      const known = items.get(item.id);
      if (known === undefined) {
        items.set(item.id, copyOf(item));
        return 'added';
      }
      if (known.key === item.key && isSameData(known.payload, item.payload)) return 'known';
      throw new WorkConflictError(item.id);
    },

    async update(item) {
      if (items.has(item.id)) items.set(item.id, copyOf(item));
    },

    async remove(id) {
      items.delete(id);
    },

    async load() {
      return Array.from(items.values(), (item) => copyOf(item));
    },
  };
}

function copyOf<Payload>(item: WorkItem<Payload>): WorkItem<Payload> {
  return JSON.parse(JSON.stringify(item));
}
