import type { UnseenResult, Verdict } from '@firedrill/core/workshop';
import { checkTypes } from './check-types.ts';
import type { Place } from './incidents.ts';
import { idOf } from './incidents.ts';
import type { JudgementState } from './page/board-state.ts';
import type { Problem } from './problem.ts';
import type { Attempt, ProgressFile } from './progress.ts';
import type { Stages } from './stage.ts';

/** All that is known of one judgement; it grows while it goes on. */
export interface Judgement {
  readonly place: Place;
  readonly state: JudgementState;
  /** Errors of types, with file and line. Undefined until they are checked. */
  readonly types: readonly Problem[] | undefined;
  readonly verdict: Verdict | undefined;
  /** Of the run that was judged, as NDJSON. */
  readonly record: string | undefined;
  readonly unseen: readonly UnseenResult[];
  /** Storms after that of the exercise. */
  readonly unseenOf: number;
  /** Why there is no verdict. */
  readonly failure: Problem | undefined;
  /** What came out at the last save. */
  readonly before: Attempt | undefined;
  readonly isPassed: boolean;
  /** From the file to the verdict on the storm of the exercise, and to the end, in ms. */
  readonly verdictMs: number | undefined;
  readonly totalMs: number | undefined;
}

export interface JudgeOptions {
  readonly file: string;
  readonly stages: Stages;
  readonly seed: number;
  /** Seeds of the storms that nobody has seen. */
  readonly unseen: readonly number[];
  /** Whether types are checked. */
  readonly checksTypes: boolean;
  /** Where to note what came out. Nothing is noted without it. */
  readonly progress?: ProgressFile;
  readonly onChange?: (judgement: Judgement) => void;
  readonly signal?: AbortSignal;
}

/** Checks the types of a file and lets the storms loose on it, both at once. */
export async function judgeFile(place: Place, options: JudgeOptions): Promise<Judgement> {
  const { file, stages, seed, unseen, checksTypes, progress, onChange, signal } = options;
  const startedMs = performance.now();
  const sinceMs = (): number => Math.round(performance.now() - startedMs);
  let now: Judgement = {
    place,
    state: 'running',
    types: checksTypes ? undefined : [],
    verdict: undefined,
    record: undefined,
    unseen: [],
    unseenOf: 0,
    failure: undefined,
    before: progress?.of(idOf(place)),
    isPassed: false,
    verdictMs: undefined,
    totalMs: undefined,
  };
  const change = (what: Partial<Judgement>): void => {
    now = { ...now, ...what };
    if (signal?.aborted !== true) onChange?.(now);
  };
  change({});
  const types = checksTypes
    ? checkTypes(file, signal).then(
        (found) => change({ types: found }),
        (error: Error) => {
          if (signal?.aborted !== true)
            change({ types: [{ text: `The types could not be checked: ${error.message}` }] });
        },
      )
    : undefined;
  const outcome = await stages.perform(place, {
    file,
    ship: 'yours',
    seed,
    unseen,
    ...(signal && { signal }),
    onVerdict: (verdict, record, unseenOf) =>
      change({ verdict, record, unseenOf, state: 'storms', verdictMs: sinceMs() }),
    onUnseen: (result) => change({ unseen: [...now.unseen, result] }),
  });
  await types;
  const isPassed =
    outcome.kind === 'judged' &&
    outcome.verdict.holds &&
    outcome.unseen.every(({ broken }) => broken === undefined) &&
    now.types?.length === 0;
  change({
    state: 'done',
    isPassed,
    totalMs: sinceMs(),
    ...(outcome.kind === 'failed' && { failure: outcome.problem }),
  });
  if (progress !== undefined && now.verdict !== undefined && signal?.aborted !== true) {
    progress.note(idOf(place), attemptOf(now));
  }
  return now;
}

/** What is kept of a judgement. Who has passed stays so: what is tried afterwards takes nothing away. */
function attemptOf({ before, verdict, isPassed }: Judgement): Attempt {
  return {
    rules: Object.fromEntries(
      (verdict?.rules ?? []).map(({ name, holds, observed }) => [name, { holds, observed }]),
    ),
    isPassed: isPassed || before?.isPassed === true,
    hints: before?.hints ?? 0,
  };
}
