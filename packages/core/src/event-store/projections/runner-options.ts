import { checkInteger, checkText } from '../checks.ts';
import type { AnyEvent } from '../event.ts';
import type { Projection } from './define-projection.ts';
import type { RunnerObserver } from './notices.ts';
import { checkPartition, type Partition } from './partition.ts';

/** Which projections a runner keeps, with how many workers, and how long (ms) its leases are. */
export interface ProjectionRunnerOptions<Tx, Event extends AnyEvent = AnyEvent> {
  /** At least one, each with a name of its own. */
  readonly projections: readonly Projection<Tx, Event>[];
  /** Who this is, in status and leases; best unique. Default: a random name. */
  readonly owner?: string;
  /** Buckets worked on at once, of all projections. A connection each. Default: 4. */
  readonly workers?: number;
  /**
   * Milliseconds until the buckets of a runner that died go to others. They are renewed three times in
   * it. Default: 10,000; shorter than pauses of the process makes buckets change hands for nothing.
   */
  readonly leaseMs?: number;
  /** Milliseconds between two looks for events that others appended. Default: 200. */
  readonly pollMs?: number;
  /** Works on a fixed part of the buckets only. Default: a fair share of all. */
  readonly partition?: Partition;
  /** Stops the runner when it is aborted. */
  readonly signal?: AbortSignal;
  /** Is told about leases, failures and troubles of the store. */
  readonly onNotice?: RunnerObserver;
}

/** The options with defaults. */
export interface ResolvedRunnerOptions<Tx, Event extends AnyEvent> {
  readonly projections: readonly Projection<Tx, Event>[];
  readonly owner: string;
  readonly workers: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly partition: Partition | undefined;
  readonly signal: AbortSignal | undefined;
  readonly observer: RunnerObserver | undefined;
}

const LONGEST_MS = 2 ** 31 - 1;

/** @throws RangeError naming the option that is out of range. */
export function resolveRunnerOptions<Tx, Event extends AnyEvent>(
  options: ProjectionRunnerOptions<Tx, Event>,
): ResolvedRunnerOptions<Tx, Event> {
  const { projections, partition } = options;
  const names = new Set(projections.map(({ name }) => name));
  if (projections.length === 0 || names.size < projections.length) {
    throw new RangeError(
      `projections must be at least one, each with a name of its own, got ${JSON.stringify([...names])}.`,
    );
  }
  return {
    projections: [...projections],
    owner: checkText('owner', options.owner ?? `runner-${crypto.randomUUID()}`),
    workers: checkInteger('workers', options.workers ?? 4, 1),
    leaseMs: checkInteger('leaseMs', options.leaseMs ?? 10_000, 3, LONGEST_MS),
    pollMs: checkInteger('pollMs', options.pollMs ?? 200, 1, LONGEST_MS),
    partition: partition && checkPartition(partition),
    signal: options.signal,
    observer: options.onNotice,
  };
}
