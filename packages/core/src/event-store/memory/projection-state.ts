import type {
  BucketFailure,
  Generation,
  GenerationState,
  ProjectionDeadLetter,
} from '../projection-storage.ts';

/** A row of the table of buckets. */
export interface BucketRow {
  checkpoint: number;
  owner: string | undefined;
  epoch: number;
  leaseExpiresAtMs: number | undefined;
  isStopped: boolean;
  failure: BucketFailure | undefined;
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
