import type { ArrivalPhases } from './arrival-phases.ts';
import type { ShortSolution } from './long-queue.ts';

/**
 * The pool with arrivals of any variation and exponential service times, solved exactly: PH/M/c/K.
 *
 * An arrival forgets what was before it, so that level n + 1 is always entered in the same way. With
 * `back` the phases in which the chain comes back from there, a first-step analysis of level n gives how
 * often its arrivals go up for each that came (the ratio of what arrivals find there to what they find
 * one level below), and the phases in which it falls back to n - 1. From the full end, where an arrival
 * is refused and the next phase begins on the spot, to the empty pool: linear level reduction (Gaver,
 * Jacobs and Latouche 1984), in which the blocks are vectors. Nothing is ever subtracted.
 *
 * @param offered erlangs
 */
export function solveBurstyPool(
  offered: number,
  arrivals: ArrivalPhases,
  workers: number,
  queueSize: number,
): ShortSolution {
  const capacity = workers + queueSize;
  const { starts } = arrivals;
  const upward = new Float64Array(capacity + 1);
  let back: Float64Array = starts;
  for (let level = capacity; level >= 1; level -= 1) {
    const served = Math.min(level, workers) / offered;
    const step = levelStep(arrivals, served, back);
    upward[level] = step.upward;
    back = step.back;
  }
  const stages = new Float64Array(queueSize + 1);
  let found = 1;
  let refused = 0;
  for (let level = 0; level <= capacity; level += 1) {
    if (level > 0) found *= upward[level] ?? 0;
    if (level === capacity) refused = found;
    else {
      const stage = Math.max(0, level - workers + 1);
      stages[stage] = (stages[stage] ?? 0) + found;
    }
    if (found < 1e250) continue;
    for (let stage = 0; stage < stages.length; stage += 1) {
      stages[stage] = (stages[stage] ?? 0) / found;
    }
    refused /= found;
    found = 1;
  }
  return { stages, refused };
}

interface LevelStep {
  readonly upward: number;
  readonly back: Float64Array;
}

/**
 * One level, whose tasks end at the rate `served`: entered with `starts`, entered again with `back`
 * whenever an arrival has gone up and has come back.
 */
function levelStep(
  { starts, rates, isSequence }: ArrivalPhases,
  served: number,
  back: Float64Array,
): LevelStep {
  const { length } = rates;
  // Time spent in each phase of a visit, by how it was entered.
  const first = new Float64Array(length);
  const again = new Float64Array(length);
  let carriedFirst = 0;
  let carriedAgain = 0;
  let arrivesFirst = 0;
  let servedAgain = 0;
  for (let phase = 0; phase < length; phase += 1) {
    const rate = rates[phase] ?? 0;
    const inFirst = ((starts[phase] ?? 0) + carriedFirst) / (rate + served);
    const inAgain = ((back[phase] ?? 0) + carriedAgain) / (rate + served);
    first[phase] = inFirst;
    again[phase] = inAgain;
    servedAgain += inAgain * served;
    const goesOn = isSequence && phase < length - 1;
    carriedFirst = goesOn ? inFirst * rate : 0;
    carriedAgain = goesOn ? inAgain * rate : 0;
    if (!goesOn) arrivesFirst += inFirst * rate;
  }
  // Visits that begin anew for each that does not: every arrival comes back once, until a task ends.
  const upward = arrivesFirst / servedAgain;
  return {
    upward,
    back: first.map((time, phase) => served * (time + upward * (again[phase] ?? 0))),
  };
}
