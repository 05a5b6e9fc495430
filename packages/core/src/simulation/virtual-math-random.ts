import { activeSimulation } from './active.ts';

const realRandom = Math.random;

/** Takes the place of `Math.random`. */
export function mathRandom(): number {
  return activeSimulation()?.mathRandom.next() ?? realRandom();
}
