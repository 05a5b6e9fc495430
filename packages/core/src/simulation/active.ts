import { host } from '#host';

import type { Random } from './random.ts';
import type { VirtualLoop } from './virtual-loop.ts';

/** The simulation that runs in this thread: where the installed functions send their calls. */
export interface ActiveSimulation {
  readonly engine: VirtualLoop;
  readonly startMs: number;
  /** Behind `Math.random`. */
  readonly mathRandom: Random;
  /** Behind the random functions of `crypto`. */
  readonly cryptoRandom: Random;
}

/** On whose behalf code runs while a simulation does. */
export interface Role {
  /**
   * `program`: the simulated one. `held`: real work that time stands still for. `watching`: the pace,
   * which shows the run and is no part of it.
   */
  readonly kind: 'program' | 'held' | 'watching';
  readonly simulation: ActiveSimulation;
}

const roles = host.createContext<Role>();
let active: ActiveSimulation | undefined;
let mayHaveStragglers = false;

/**
 * The installed functions are the same in every simulation and ask here where to go. A module that
 * is first imported under simulation and keeps `const { setTimeout } = globalThis` is therefore right
 * in later simulations too, and gets real time outside them.
 *
 * A program that goes on after its simulation has ended, because a file was still read for it, keeps
 * that one: its clock stands, its timers never fire, and it draws from no stream of the next.
 */
export function activeSimulation(): ActiveSimulation | undefined {
  // Asking whose code it is costs some 20 ns, at each look at the clock.
  if (!mayHaveStragglers || active === undefined) return active;
  const role = roles.get();
  return role?.kind === 'program' ? role.simulation : active;
}

export function setActiveSimulation(simulation: ActiveSimulation | undefined): void {
  active = simulation;
}

export function isRunning(simulation: ActiveSimulation): boolean {
  return simulation === active;
}

/** To be called when a run ends while something that its program began may still lead on. */
export function expectStragglers(): void {
  mayHaveStragglers = true;
}

/** Runs code, and all that it leads to through promises, timers and callbacks, in a role. */
export function inRole<R>(role: Role, act: () => R): R {
  return roles.run(role, act);
}

/** A function that runs in a role, and all that it leads to, whoever calls it. */
export function boundToRole<A extends unknown[], R>(
  role: Role,
  act: (...args: A) => R,
): (...args: A) => R {
  return roles.bind(role, act);
}

/** The role of the code that calls; undefined outside of all simulations. */
export function currentRole(): Role | undefined {
  return roles.get();
}
