/** So long the network may keep what was sent, in ms: see the faults that reorder and slow down. */
export const keptMs = 50_000;
