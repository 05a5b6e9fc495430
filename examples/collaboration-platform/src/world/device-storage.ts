import type { Kept } from '../domain/protocol.ts';

/** What a page keeps on its device: it is there again when the page is loaded anew, and nowhere else. */
export interface DeviceStorage {
  /** In the order in which it was kept. */
  read(): readonly Kept[];
  add(kept: Kept): void;
  clear(): void;
}

export function createDeviceStorage(): DeviceStorage {
  let all: Kept[] = [];
  return {
    read: () => all,
    add(kept) {
      all.push(kept);
    },
    clear() {
      all = [];
    },
  };
}
