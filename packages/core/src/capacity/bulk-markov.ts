import type { ShortSolution } from './long-queue.ts';

/**
 * The pool with random arrivals and exponential service times, solved exactly: M/M/c/K, and for
 * events that bring several tasks, of which all are admitted or none, M[h]/M/c/K.
 *
 * The flow through the cut between n and n + 1 tasks balances: the events that jump across it are
 * as frequent as the tasks that end, rate x (P(n-h+1) + ... + P(n)) = ended x P(n+1), with the terms
 * that would not fit left out (for h = 1: Gross, Shortle, Thompson and Harris 2008, "Fundamentals of
 * Queueing Theory", section 2.5). Only positive terms are added, so that nothing cancels, and
 * everything is scaled down before it overflows: exact to rounding with tens of thousands of workers.
 *
 * An admitted task waits for s others, each of which takes an exponential time of mean service time /
 * workers.
 *
 * @param offered erlangs: event rate x tasks of an event x mean service time
 * @param tasks tasks that each event brings, at most workers + queueSize
 */
export function solveBulkMarkov(
  offered: number,
  tasks: number,
  workers: number,
  queueSize: number,
): ShortSolution {
  const capacity = workers + queueSize;
  const weights = stateWeights(offered / tasks, tasks, workers, capacity);
  const stages = new Float64Array(queueSize + 1);
  let refused = 0;
  for (const [n, weight] of weights.entries()) {
    if (n + tasks > capacity) {
      refused += weight;
      continue;
    }
    for (let task = 1; task <= tasks; task += 1) {
      const stage = Math.max(0, n + task - workers);
      stages[stage] = (stages[stage] ?? 0) + weight / tasks;
    }
  }
  return { stages, refused };
}

/** Relative probabilities of 0, 1, 2, ... tasks in the pool. */
function stateWeights(
  eventsPerService: number,
  tasks: number,
  workers: number,
  capacity: number,
): Float64Array {
  const weights = new Float64Array(capacity + 1);
  weights[0] = 1;
  let largest = 1;
  for (let n = 0; n < capacity; n += 1) {
    let across = 0;
    for (let from = Math.max(0, n - tasks + 1); from <= Math.min(n, capacity - tasks); from += 1) {
      across += weights[from] ?? 0;
    }
    const weight = (eventsPerService * across) / Math.min(n + 1, workers);
    weights[n + 1] = weight;
    largest = Math.max(largest, weight);
    if (largest < 1e250) continue;
    for (let i = 0; i <= n + 1; i += 1) weights[i] = (weights[i] ?? 0) / largest;
    largest = 1;
  }
  return weights;
}
