import { createRandom, type Random } from '@firedrill/core/simulation';

/**
 * Which node should have the next task? Nodes with two workers each and a line without end, tasks whose time is
 * log-normal, arrivals at random; each policy meets the same arrivals.
 *
 * Two choices: Mitzenmacher 2001, "The Power of Two Choices in Randomized Load Balancing". That whoever is
 * least loaded by an old report is soon the most loaded: Mitzenmacher 2000, "How Useful Is Old Information?".
 */
export const policies = [
  'random',
  'round robin',
  'two choices',
  'least of all',
  'two choices, own counted',
] as const;
export type Policy = (typeof policies)[number];

export interface Condition {
  readonly name: string;
  /** Share of the workers that is busy, were all nodes alike. */
  readonly load: number;
  /** How many times slower the first node is. Default: 1. */
  readonly slowFirst?: number;
  /** How often nodes say how many tasks they have, in ms. Default: it is known at once. */
  readonly reportEveryMs?: number;
}

export const conditions: readonly Condition[] = [
  { name: 'equal nodes, load 0.60', load: 0.6 },
  { name: 'equal nodes, load 0.85', load: 0.85 },
  { name: 'one node three times slower, load 0.60', load: 0.6, slowFirst: 3 },
  { name: 'load told every second, load 0.85', load: 0.85, reportEveryMs: 1_000 },
  { name: 'load told every 5 s, load 0.85', load: 0.85, reportEveryMs: 5_000 },
];

/** Time that a task takes from its arrival to its end. */
export interface Outcome {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Whether some line is longer the longer the run is. */
  readonly isGrowing: boolean;
}

const nodeCount = 12;
const workersPerNode = 2;
const taskMs = { p50: 60, p99: 180 } as const;
const taskCount = 30_000;

/** Mean of a log-normal with that median and that 99th percentile: the median times e^(σ²/2). */
const sigma = Math.log(taskMs.p99 / taskMs.p50) / 2.326_347_874;
const meanTaskMs = taskMs.p50 * Math.exp((sigma * sigma) / 2);

class Node {
  readonly #slowness: number;
  /** When each worker is free, and when what is here will have ended. */
  readonly #freeAtMs: number[] = Array.from({ length: workersPerNode }, () => 0);
  #endsAtMs: number[] = [];

  constructor(slowness: number) {
    this.#slowness = slowness;
  }

  /** Takes a task; gives back when it will have ended. */
  take(nowMs: number, durationMs: number): number {
    const first = this.#freeAtMs.indexOf(Math.min(...this.#freeAtMs));
    const endsAtMs = Math.max(nowMs, this.#freeAtMs[first] ?? 0) + this.#slowness * durationMs;
    this.#freeAtMs[first] = endsAtMs;
    this.#endsAtMs.push(endsAtMs);
    return endsAtMs;
  }

  tasksAt(nowMs: number): number {
    this.#endsAtMs = this.#endsAtMs.filter((endsAtMs) => endsAtMs > nowMs);
    return this.#endsAtMs.length;
  }
}

/** What a dispatcher knows of the loads of nodes. */
function createKnowledge(nodes: readonly Node[], { reportEveryMs }: Condition, countsOwn: boolean) {
  const reported = nodes.map(() => 0);
  let nextReportMs = 0;
  return {
    loadOf(node: number, nowMs: number): number {
      if (reportEveryMs === undefined) return nodes[node]?.tasksAt(nowMs) ?? 0;
      if (nowMs >= nextReportMs) {
        nextReportMs = reportEveryMs * (Math.floor(nowMs / reportEveryMs) + 1);
        for (const [index, each] of nodes.entries()) reported[index] = each.tasksAt(nowMs);
      }
      return reported[node] ?? 0;
    },
    sent(node: number): void {
      if (countsOwn) reported[node] = (reported[node] ?? 0) + 1;
    },
  };
}

/** Runs a policy through a condition. The same seed gives the same arrivals and the same tasks to each policy. */
export function balance(policy: Policy, condition: Condition, seed = 1): Outcome {
  const nodes = Array.from(
    { length: nodeCount },
    (_, index) => new Node(index === 0 ? (condition.slowFirst ?? 1) : 1),
  );
  const arrivals = createRandom(seed, 'arrivals');
  const tasks = createRandom(seed, 'tasks');
  const draws = createRandom(seed, 'choices', policy);
  const knowledge = createKnowledge(nodes, condition, policy === 'two choices, own counted');
  const everyMs = meanTaskMs / (nodeCount * workersPerNode * condition.load);
  const tookMs: number[] = [];
  let nowMs = 0;
  for (let task = 0; task < taskCount; task += 1) {
    nowMs += arrivals.exponential(everyMs);
    const node = choose(policy, task, draws, (each) => knowledge.loadOf(each, nowMs));
    knowledge.sent(node);
    tookMs.push((nodes[node]?.take(nowMs, tasks.logNormal(taskMs)) ?? 0) - nowMs);
  }
  const quarter = taskCount / 4;
  const early = percentile(tookMs.slice(quarter, 2 * quarter), 0.99);
  const late = percentile(tookMs.slice(3 * quarter), 0.99);
  return {
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    isGrowing: late > 1.5 * early,
  };
}

function choose(
  policy: Policy,
  task: number,
  random: Random,
  loadOf: (node: number) => number,
): number {
  const any = (): number => random.integer(0, nodeCount - 1);
  if (policy === 'random') return any();
  if (policy === 'round robin') return task % nodeCount;
  const [first, second] = [any(), any()];
  if (policy !== 'least of all') return loadOf(second) < loadOf(first) ? second : first;
  // From a place at random on, so that of equal nodes no one is always the first.
  let best = first;
  for (let step = 1; step < nodeCount; step += 1) {
    const node = (first + step) % nodeCount;
    if (loadOf(node) < loadOf(best)) best = node;
  }
  return best;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
