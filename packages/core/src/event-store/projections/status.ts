import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import type { BucketFailure, BucketStatus, Generation } from '../projection-storage.ts';
import { isPresence } from './presence.ts';

/** A bucket that waits at an event which failed. */
export interface StuckBucket {
  readonly bucket: number;
  readonly state: BucketStatus['state'];
  readonly failure: BucketFailure;
}

/** Where one generation of a projection stands, whoever works on it. */
export interface ProjectionReport extends Generation {
  readonly projection: string;
  /** Everything up to here has been handled in all buckets. */
  readonly position: number;
  /** End of the settled order. */
  readonly horizon: number;
  /** Positions between the two. Gaps and events that do not match count; 0 is caught up. */
  readonly lag: number;
  readonly buckets: number;
  /** Holders of leases that have not expired, with the number of their buckets. */
  readonly owners: Readonly<Record<string, number>>;
  /** Buckets that nobody works on at this moment. */
  readonly unowned: number;
  readonly stuck: readonly StuckBucket[];
  /** Events that were put aside; of the live generation. */
  readonly deadLetters: number;
}

/**
 * Reads where projections stand.
 *
 * @param names Default: all that are registered.
 * @throws UnknownProjectionError on a name that was never registered.
 */
export async function reportProjections<Tx, Event extends AnyEvent>(
  { projections }: EventStore<Tx, Event>,
  names?: readonly string[],
): Promise<readonly ProjectionReport[]> {
  const registered = names ?? (await projections.list()).map(({ projection }) => projection);
  const reports: ProjectionReport[] = [];
  for (const name of registered.filter((each) => !isPresence(each))) {
    const status = await projections.status(name);
    for (const generation of status.generations) {
      const buckets = status.buckets.filter((each) => each.generation === generation.generation);
      const position = Math.min(...buckets.map(({ checkpoint }) => checkpoint));
      reports.push({
        ...generation,
        projection: name,
        position,
        horizon: status.horizon,
        lag: Math.max(0, status.horizon - position),
        buckets: buckets.length,
        ...ownersOf(buckets),
        stuck: buckets.flatMap(({ bucket, state, failure }) =>
          failure === undefined ? [] : [{ bucket, state, failure }],
        ),
        deadLetters: generation.state === 'live' ? status.deadLetters : 0,
      });
    }
  }
  return reports;
}

function ownersOf(buckets: readonly BucketStatus[]): Pick<ProjectionReport, 'owners' | 'unowned'> {
  const owners: Record<string, number> = {};
  let unowned = 0;
  for (const { owner, isLeased } of buckets) {
    if (owner === undefined || !isLeased) unowned += 1;
    else owners[owner] = (owners[owner] ?? 0) + 1;
  }
  return { owners, unowned };
}
