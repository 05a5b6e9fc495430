/** Looks in a row without a sign of life, before a worker is taken for stuck: 20 s when nothing else runs. */
const leastSilentLooks = 80;

/**
 * The same in loads of the worker. A browser tells nobody how much a worker has computed; how long it took
 * to load, which is much the same work each time, tells how slow the machine is. A storm computes about
 * twice as long as that.
 */
const mostSilentLoads = 20;

/** Watches over one worker, which is looked at in even steps. */
export interface Silence {
  /** The worker is loaded, and what may hang begins. */
  begun(): void;
  /** Something came from it. */
  heard(): void;
  /** To be called at each look; whether it is stuck. It is never while it loads: nobody's code runs yet. */
  look(): boolean;
}

/** Whether a worker is stuck, told from its silence and from how fast the machine let it load. */
export function createSilence(): Silence {
  let loadingLooks = 0;
  let silentLooks = 0;
  let isLoaded = false;
  return {
    begun() {
      isLoaded = true;
    },
    heard() {
      silentLooks = 0;
    },
    look() {
      if (!isLoaded) {
        loadingLooks += 1;
        return false;
      }
      silentLooks += 1;
      return silentLooks > Math.max(leastSilentLooks, mostSilentLoads * loadingLooks);
    },
  };
}
