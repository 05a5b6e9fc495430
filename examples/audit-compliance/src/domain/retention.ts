/** From the order of an erasure to the erasure, in ms: days in a real clinic, a minute in a morning. */
export const erasureWaitMs = 60_000;
