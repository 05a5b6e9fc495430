import type { Context } from '../../system.ts';

/**
 * Calls back at whole multiples of a time since it was made, as an interval does, but only while there
 * is something to call back for: over quiet days, a beat that nobody wants costs nothing.
 */
export interface Beat {
  /** Has the next multiple call back, however far away the next call was. */
  want(): void;
  stop(): void;
}

/**
 * @param everyMs time between two multiples, above 0
 * @param clock of the process
 * @param onBeat says how many of them later it wants to be called again; `Infinity`: not until somebody wants it
 */
export function createBeat(
  everyMs: number,
  { elapsedMs }: Context['clock'],
  onBeat: () => number,
): Beat {
  const bornMs = elapsedMs();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  let next = Infinity;

  function arm(beat: number): void {
    clearTimeout(timer);
    next = beat;
    if (beat === Infinity) return;
    timer = setTimeout(
      () => {
        last = beat;
        next = Infinity;
        const again = last + onBeat();
        // Whatever it did may have wanted an earlier one.
        if (again < next) arm(again);
      },
      bornMs + beat * everyMs - elapsedMs(),
    );
  }

  return {
    want() {
      const nearest = Math.max(last, Math.floor((elapsedMs() - bornMs) / everyMs)) + 1;
      if (nearest < next) arm(nearest);
    },
    stop: () => clearTimeout(timer),
  };
}
