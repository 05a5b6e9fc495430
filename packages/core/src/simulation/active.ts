import type { VirtualLoop } from './engine.ts';
import type { Random } from './random.ts';

/** The simulation that runs in this thread: where the installed functions send their calls. */
export interface ActiveSimulation {
  readonly engine: VirtualLoop;
  readonly startMs: number;
  /** Behind `Math.random`. */
  readonly mathRandom: Random;
  /** Behind the random functions of `crypto`. */
  readonly cryptoRandom: Random;
}

let active: ActiveSimulation | undefined;

/**
 * The installed functions are the same in every simulation and ask here where to go. A module that
 * is first imported under simulation and keeps `const { setTimeout } = globalThis` is therefore right
 * in later simulations too, and gets real time outside them.
 */
export function activeSimulation(): ActiveSimulation | undefined {
  return active;
}

export function setActiveSimulation(simulation: ActiveSimulation | undefined): void {
  active = simulation;
}
