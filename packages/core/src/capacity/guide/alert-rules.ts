import type { HooksMetrics } from '../../hooks/index.ts';
import { requireCount } from '../checks.ts';
import type { AlertThresholds } from './alerts.ts';

/** What is seen of a pool at a moment; what is not measured is left out. */
export interface PoolFigures {
  /** Share of the tasks since the last look that were refused or shed. */
  readonly dropRatio?: number;
  /** Mean time of an emit, in microseconds. */
  readonly emitMicros?: number;
  /** Tasks that wait. */
  readonly queueDepth?: number;
  /** Share of the workers that are busy. */
  readonly busyRatio?: number;
}

/** The alerts that a pool has. */
export type AlertName = 'drops' | 'emit-latency' | 'queue-depth' | 'stalled-workers';

/** When somebody is to be told, as data: for a rule file, or for `createAlertWatch`. */
export interface AlertRule {
  readonly name: AlertName;
  /** All of these at once. */
  readonly when: readonly AlertCondition[];
  /** For so long without a break, in ms. */
  readonly forMs: number;
  readonly severity: 'page' | 'ticket';
  /** What it means, in a sentence. */
  readonly summary: string;
}

/** A figure of a pool beside a threshold, in the unit of the figure. */
export interface AlertCondition {
  readonly figure: keyof PoolFigures;
  readonly is: 'above' | 'atLeast' | 'below';
  readonly threshold: number;
}

const minute = 60_000;

/**
 * The alerts of a pool with these thresholds. Drops and a queue that fills hurt now; a slow emit and
 * workers that stall tell of a cause. The guide's efficiency is only meant under full load, so that the
 * last one asks for a queue as well: work waits, and still the workers have nothing to do.
 *
 * @throws RangeError for a queue that is no count
 */
export function alertRules(
  thresholds: AlertThresholds,
  pool: { readonly queueSize: number },
): readonly AlertRule[] {
  requireCount('queueSize', pool.queueSize, 0);
  const { dropRatio, emitMicros, queueDepth, efficiency } = thresholds;
  const isFilling: AlertCondition = { figure: 'queueDepth', is: 'atLeast', threshold: queueDepth };
  const rules: AlertRule[] = [
    {
      name: 'drops',
      when: [{ figure: 'dropRatio', is: 'above', threshold: dropRatio }],
      forMs: minute,
      severity: 'page',
      summary: 'More work is dropped than the plan allows for: too few workers, or a burst.',
    },
    {
      name: 'queue-depth',
      when: [isFilling],
      forMs: minute,
      severity: 'page',
      summary: 'The queue is nearly full: what comes next is dropped.',
    },
    {
      name: 'emit-latency',
      when: [{ figure: 'emitMicros', is: 'above', threshold: emitMicros }],
      forMs: 5 * minute,
      severity: 'ticket',
      summary: 'An emit takes long: the event loop is busy elsewhere.',
    },
    {
      name: 'stalled-workers',
      when: [isFilling, { figure: 'busyRatio', is: 'below', threshold: efficiency }],
      forMs: 5 * minute,
      severity: 'ticket',
      summary: 'Work waits while workers are idle: something stalls them.',
    },
  ];
  // Without a queue nothing can wait.
  return pool.queueSize === 0 ? rules.filter(({ when }) => !when.includes(isFilling)) : rules;
}

/** The figures between two snapshots of a pool's metrics. */
export function poolFigures(
  earlier: HooksMetrics,
  later: HooksMetrics,
  emitMicros?: number,
): PoolFigures {
  const dropped = later.rejected + later.shed - earlier.rejected - earlier.shed;
  const came = later.admitted + later.rejected - earlier.admitted - earlier.rejected;
  return {
    ...(came > 0 && { dropRatio: dropped / came }),
    queueDepth: later.depth,
    busyRatio: later.busyWorkers / later.workers,
    ...(emitMicros !== undefined && { emitMicros }),
  };
}

/** Said of an alert that fires, or fires no more. */
export interface AlertChange {
  readonly name: AlertName;
  readonly state: 'firing' | 'resolved';
  readonly atMs: number;
  readonly summary: string;
}

/** Looks at figures, and says which alerts fire. */
export interface AlertWatch {
  /**
   * @param atMs the time of the figures, never before that of the last ones
   * @returns what has changed since
   */
  see(atMs: number, figures: PoolFigures): readonly AlertChange[];
  /** Those that fire now. */
  firing(): readonly AlertName[];
}

/**
 * The rules as a watcher, with the meaning that Prometheus gives them: an alert fires when its conditions
 * have held at every look for `forMs`, and is resolved at the first look at which they do not. A figure
 * that is not there holds no condition.
 */
export function createAlertWatch(rules: readonly AlertRule[]): AlertWatch {
  const since = new Map<AlertName, number>();
  const firing = new Set<AlertName>();
  return {
    see(atMs, figures) {
      const changes: AlertChange[] = [];
      for (const { name, when, forMs, summary } of rules) {
        const holds = when.every((condition) => isMet(condition, figures));
        if (!holds) {
          since.delete(name);
          if (firing.delete(name)) changes.push({ name, state: 'resolved', atMs, summary });
          continue;
        }
        const from = since.get(name) ?? atMs;
        since.set(name, from);
        if (firing.has(name) || atMs - from < forMs) continue;
        firing.add(name);
        changes.push({ name, state: 'firing', atMs, summary });
      }
      return changes;
    },
    firing: () => [...firing],
  };
}

function isMet({ figure, is, threshold }: AlertCondition, figures: PoolFigures): boolean {
  const value = figures[figure];
  if (value === undefined) return false;
  if (is === 'below') return value < threshold;
  return is === 'above' ? value > threshold : value >= threshold;
}
