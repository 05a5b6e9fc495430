/** Weights below this share of the whole are left out of an endless queue. */
const negligible = 1e-15;
const maxStates = 2_000_000;

export interface BulkMarkovSolution {
  /** Share of events refused because not all of their tasks find a place. */
  readonly dropRatio: number;
  /**
   * `stages[s]`: probability that an admitted task waits until s tasks have ended, each of which
   * takes an exponential time of mean service time / workers. `stages[0]`: it starts at once.
   */
  readonly stages: Float64Array;
}

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
 * @param offered erlangs: event rate x tasks of an event x mean service time
 * @param tasks tasks that each event brings
 * @param queueSize Infinity for an endless queue, which needs offered < workers
 */
export function solveBulkMarkov(
  offered: number,
  tasks: number,
  workers: number,
  queueSize: number,
): BulkMarkovSolution {
  const capacity = workers + queueSize;
  if (tasks > capacity) return { dropRatio: 1, stages: Float64Array.of(1) };
  const weights = stateWeights(offered / tasks, tasks, workers, capacity);
  let total = 0;
  let refused = 0;
  for (const [n, weight] of weights.entries()) {
    total += weight;
    if (n + tasks > capacity) refused += weight;
  }
  const stages = new Float64Array(Math.max(1, weights.length - 1 + tasks - workers + 1));
  const each = 1 / (tasks * (total - refused));
  for (const [n, weight] of weights.entries()) {
    if (n + tasks > capacity) break;
    for (let task = 1; task <= tasks; task += 1) {
      const stage = Math.max(0, n + task - workers);
      stages[stage] = (stages[stage] ?? 0) + weight * each;
    }
  }
  return { dropRatio: refused / total, stages };
}

/** Relative probabilities of 0, 1, 2, ... tasks in the pool. */
function stateWeights(
  eventsPerService: number,
  tasks: number,
  workers: number,
  capacity: number,
): number[] {
  const weights = [1];
  let total = 1;
  const last = Math.min(capacity, maxStates);
  for (let n = 0; n < last; n += 1) {
    let across = 0;
    for (let from = Math.max(0, n - tasks + 1); from <= Math.min(n, capacity - tasks); from += 1) {
      across += weights[from] ?? 0;
    }
    const weight = (eventsPerService * across) / Math.min(n + 1, workers);
    weights.push(weight);
    total += weight;
    if (capacity === Infinity && n > workers && weight < negligible * total) break;
    if (total > 1e250) {
      for (let i = 0; i <= n + 1; i += 1) weights[i] = (weights[i] ?? 0) / total;
      total = 1;
    }
  }
  return weights;
}
