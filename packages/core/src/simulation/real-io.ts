import process from 'node:process';

/** Kinds that are not input or output: the engine's own, and the simulated program's timers. */
const notIo = new Set(['Immediate', 'Timeout', 'TTYWrap', 'MessagePort']);

/** How many of each kind of resource keep the event loop busy now. */
export function resourceCounts(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!notIo.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** The kinds of input and output of which there are more than before, one entry for each. */
export function ioSince(before: ReadonlyMap<string, number>): string[] {
  return [...resourceCounts()].flatMap(([kind, count]) =>
    Array.from({ length: Math.max(0, count - (before.get(kind) ?? 0)) }, () => kind),
  );
}
