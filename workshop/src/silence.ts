/**
 * How much a thread computes without a sign of life before it is taken for stuck, in ms of its own
 * processor time. A virtual second takes milliseconds, a storm about one second. Time on the wall would
 * end a thread of a busy machine that waits for its turn.
 */
const mostWorkMs = 20_000;

/**
 * Looks in a row at which a thread has neither moved nor computed, before it is taken for one that sleeps. Where
 * several wait for each core, as many more: one that is not given its turn computes nothing either.
 */
const mostIdleLooks = 80;

/** Less than this between two looks is what a thread takes that only waits, in ms of processor time. */
const idleMs = 1;

/** What a thread is taken for that gives no sign of life: it computes, or it sleeps, without end. */
export type Stuck = 'computes' | 'sleeps';

/** Watches over one thread. */
export interface Silence {
  /** Something came from the thread. */
  heard(): void;
  /**
   * @param beats a number that grows with each sign of life
   * @param workMs processor time of the thread since it began; that of the look before, where it is unknown
   * @param perCore threads of the machine that compute, or wait for it, for each core
   */
  look(beats: number, workMs: number, perCore: number): Stuck | undefined;
}

/** Whether a thread is stuck, told from how much it has done and not from how long that took. */
export function createSilence(): Silence {
  let lastBeats = 0;
  let lastWorkMs = 0;
  let silentSinceMs = 0;
  let idleLooks = 0;
  const heard = (): void => {
    silentSinceMs = lastWorkMs;
    idleLooks = 0;
  };
  return {
    heard,
    look(beats, workMs, perCore) {
      idleLooks = workMs - lastWorkMs < idleMs ? idleLooks + 1 / Math.max(1, perCore) : 0;
      lastWorkMs = workMs;
      if (beats !== lastBeats) heard();
      lastBeats = beats;
      if (workMs - silentSinceMs >= mostWorkMs) return 'computes';
      return idleLooks >= mostIdleLooks ? 'sleeps' : undefined;
    },
  };
}
