import type { StockLevel } from '../../domain.ts';
import type { Context } from '../../system.ts';
import { createForecast } from './forecast.ts';
import type { Node, Work } from './node.ts';
import { createRing, type Ring } from '../../domain/ring.ts';

/** The machines that tell downstreams of changes: as many as the load will need. */
export interface Fleet {
  /** Gives a change to the node of its product; says whether one took it. */
  offer(level: StockLevel): boolean;
  /** Nodes that work or boot. */
  readonly nodes: number;
  /** Tasks taken and not done. */
  readonly pending: number;
  /** Finishes what was taken, and ends all nodes. */
  close(): Promise<void>;
}

/** How often the load is looked at. */
const reviewEveryMs = 5_000;

/** Share of the workers that should be busy: what is left takes the bursts within a review. */
export const targetUtilisation = 0.6;

/** Nodes are ordered above the first and given back below the second; between them nothing changes. */
const growAbove = 1.2;
const shrinkBelow = 0.7;

/**
 * Nodes are given back only down to what any of this many reviews asked for: two minutes. One review
 * sees so few changes that their number swings by half, and a fleet that follows it boots for ever.
 */
const rememberedReviews = 24;

/** Weights of the newest figure: in the load, in its trend, and in the time that a task takes. */
const levelWeight = 0.4;
const trendWeight = 0.2;
const taskTimeWeight = 0.3;

/** A node may have this many changes more than the mean before the next on the ring is asked. */
const slackChanges = 4;

/**
 * @param tasksPerChange Tasks that each change brings.
 * @param expectedTaskMs Mean time of a task, until it is measured.
 */
export function createFleet(
  { outside: { machines }, settings, telemetry }: Context,
  tasksPerChange: number,
  expectedTaskMs: number,
  startNode: (name: string) => Node,
): Fleet {
  const { bootMs, maxNodes, minNodes, nodeWorkers } = settings;
  const forecast = createForecast({
    horizon: 1 + bootMs / reviewEveryMs,
    levelWeight,
    trendWeight,
  });
  const perNode = nodeWorkers * targetUtilisation;
  /** Those on the ring, and those that only finish what they have. */
  const nodes = new Map<string, Node>();
  const retiring = new Map<Node, Promise<void>>();
  /** What gives the machine of a node back, and of those that still boot. */
  const machineOf = new Map<Node, () => void>();
  const boots = new Set<() => void>();
  let ring: Ring | undefined;
  let sequence = 0;
  const recentNeeds: number[] = [];
  let offeredTasks = 0;
  let taskMs = expectedTaskMs;
  let seen: Work = { tasks: 0, busyMs: 0 };
  let workOfEnded: Work = { tasks: 0, busyMs: 0 };

  function join(giveBack: () => void): void {
    sequence += 1;
    const name = `node-${sequence}`;
    const node = startNode(name);
    nodes.set(name, node);
    machineOf.set(node, giveBack);
    ring = createRing([...nodes.keys()]);
  }

  async function endNode(node: Node): Promise<void> {
    await node.close();
    machineOf.get(node)?.();
    machineOf.delete(node);
    workOfEnded = sum([workOfEnded, node.done]);
    retiring.delete(node);
  }

  function retire(node: Node): void {
    nodes.delete(node.name);
    ring = createRing([...nodes.keys()]);
    retiring.set(node, endNode(node));
  }

  function order(): void {
    const giveBack = (): void => rental();
    boots.add(giveBack);
    const rental = machines.rent(() => {
      boots.delete(giveBack);
      join(giveBack);
    });
  }

  function measureTaskTime(): void {
    const working = [...nodes.values(), ...retiring.keys()];
    const now = sum([workOfEnded, ...working.map(({ done }) => done)]);
    const tasks = now.tasks - seen.tasks;
    if (tasks > 0) taskMs += taskTimeWeight * ((now.busyMs - seen.busyMs) / tasks - taskMs);
    seen = now;
  }

  /** Compares the nodes that the load will need when one ordered now starts to work with those there. */
  function review(): void {
    measureTaskTime();
    const tasksPerSecond = forecast.next((1_000 * offeredTasks) / reviewEveryMs);
    offeredTasks = 0;
    const need = (tasksPerSecond * taskMs) / 1_000 / perNode;
    recentNeeds.push(need);
    if (recentNeeds.length > rememberedReviews) recentNeeds.shift();
    const highest = Math.max(...recentNeeds);
    const current = nodes.size + boots.size;
    if (need > growAbove * current && current < maxNodes) {
      const wanted = Math.min(maxNodes, Math.ceil(need));
      say('grows', current, wanted, tasksPerSecond);
      for (let each = current; each < wanted; each += 1) order();
    } else if (highest < shrinkBelow * current && boots.size === 0) {
      const wanted = Math.max(minNodes, Math.ceil(highest));
      if (wanted >= current) return;
      say('shrinks', current, wanted, tasksPerSecond);
      for (const node of [...nodes.values()].slice(wanted)) retire(node);
    }
  }

  function say(verb: 'grows' | 'shrinks', from: number, to: number, tasksPerSecond: number): void {
    telemetry.note({
      name: `fleet-${verb}`,
      severity: 'info',
      text: `the fleet ${verb} from ${from} to ${to} nodes: ${Math.round(tasksPerSecond)} updates a second are forecast`,
    });
  }

  for (let node = 0; node < minNodes; node += 1) order();
  const reviewer = setInterval(review, reviewEveryMs);

  function pending(): number {
    let tasks = 0;
    for (const node of nodes.values()) tasks += node.pending;
    return tasks;
  }

  return {
    /** Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam 2018). */
    offer(level) {
      offeredTasks += tasksPerChange;
      const bound = pending() / nodes.size + slackChanges * tasksPerChange;
      for (const name of ring?.nodesFrom(level.productId) ?? []) {
        const node = nodes.get(name);
        if (node !== undefined && node.pending <= bound && node.offer(level)) return true;
      }
      return false;
    },
    get nodes() {
      return nodes.size + boots.size;
    },
    get pending() {
      return pending();
    },
    async close() {
      clearInterval(reviewer);
      for (const giveBack of boots) giveBack();
      boots.clear();
      await Promise.all([...[...nodes.values()].map(endNode), ...retiring.values()]);
    },
  };
}

function sum(parts: readonly Work[]): Work {
  let tasks = 0;
  let busyMs = 0;
  for (const part of parts) {
    tasks += part.tasks;
    busyMs += part.busyMs;
  }
  return { tasks, busyMs };
}
