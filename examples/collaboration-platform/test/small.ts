/** Fewer people, for a short while: what shows a bug, and no more. */
export const small = {
  arrivalsPerSecond: 1,
  stayMs: 60_000,
  peak: 5,
  allHandsSize: 40,
  workshopSize: 12,
};
