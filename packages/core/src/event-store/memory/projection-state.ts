import type {
  BucketFailure,
  Generation,
  GenerationState,
  ProjectionDeadLetter,
} from '../projection-storage.ts';

/** Columns of a bucket that say where it waits. */
export interface FailureRow extends Pick<
  BucketFailure,
  'position' | 'eventId' | 'attempts' | 'error'
> {
  readonly failedAtMs: number;
  readonly retryAtMs: number | undefined;
}

/** A row of the table of buckets. */
export interface BucketRow {
  checkpoint: number;
  owner: string | undefined;
  epoch: number;
  leaseExpiresAtMs: number | undefined;
  isStopped: boolean;
  failure: FailureRow | undefined;
  updatedAtMs: number;
}

export interface GenerationRows {
  state: GenerationState;
  readonly buckets: readonly BucketRow[];
  /** By position. */
  readonly deadLetters: Map<number, ProjectionDeadLetter>;
}

export interface ProjectionState {
  readonly bucketCount: number;
  readonly generations: Map<number, GenerationRows>;
}

/** Where a bucket waits, as it is read now. */
export function failureOf({ failure }: BucketRow): BucketFailure | undefined {
  if (failure === undefined) return undefined;
  const { failedAtMs, retryAtMs, ...rest } = failure;
  return {
    ...rest,
    failedAt: new Date(failedAtMs),
    retryAt: retryAtMs === undefined ? undefined : new Date(retryAtMs),
    retryInMs: retryAtMs === undefined ? undefined : Math.max(0, retryAtMs - Date.now()),
  };
}

/** A generation at its beginning. */
export function createGeneration(
  state: GenerationState,
  bucketCount: number,
  checkpoint: number,
): GenerationRows {
  const updatedAtMs = Date.now();
  const buckets = Array.from({ length: bucketCount }, (): BucketRow => ({
    checkpoint,
    owner: undefined,
    epoch: 0,
    leaseExpiresAtMs: undefined,
    isStopped: false,
    failure: undefined,
    updatedAtMs,
  }));
  return { state, buckets, deadLetters: new Map() };
}

/** The live generation first, then the rebuilding one. */
export function activeGenerations(state: ProjectionState): Generation[] {
  return (['live', 'rebuilding'] as const).flatMap((wanted) =>
    [...state.generations]
      .filter(([, rows]) => rows.state === wanted)
      .map(([generation, rows]) => ({ generation, state: rows.state })),
  );
}
