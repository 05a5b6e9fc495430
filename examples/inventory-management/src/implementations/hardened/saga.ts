/** One step of a saga. Both functions are idempotent: they may be called again after a crash. */
export interface SagaStep<Subject, Refusal> {
  readonly name: string;
  /** Gives back why the saga ends here, or nothing when it goes on. */
  readonly run: (subject: Subject) => Promise<Refusal | undefined>;
  /** Takes the step back, whether or not it took effect, and does not give up. Default: nothing. */
  readonly undo?: (subject: Subject) => Promise<void>;
}

export type SagaOutcome<Refusal> =
  | { readonly kind: 'done' }
  /** `step` is the one that ended it: it has to be undone, and all before it. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly step: string }
  | { readonly kind: 'failed'; readonly error: unknown; readonly step: string };

/**
 * Runs steps one after the other (a saga: Garcia-Molina and Salem 1987), until one refuses or throws.
 * What is done is then to be undone, with {@link undoSaga}, once it is noted that it will be.
 */
export async function runSaga<Subject, Refusal>(
  steps: readonly SagaStep<Subject, Refusal>[],
  subject: Subject,
): Promise<SagaOutcome<Refusal>> {
  for (const { name: step, run } of steps) {
    try {
      const refusal = await run(subject);
      if (refusal === undefined) continue;
      return { kind: 'refused', refusal, step };
    } catch (error) {
      return { kind: 'failed', error, step };
    }
  }
  return { kind: 'done' };
}

/**
 * Undoes the steps up to one of them, the last first: that one as well, as nobody knows how far it got.
 * Without a name all of them are undone, for whoever does not know where it ended.
 */
export async function undoSaga<Subject, Refusal>(
  steps: readonly SagaStep<Subject, Refusal>[],
  subject: Subject,
  upTo: string | undefined = steps.at(-1)?.name,
): Promise<void> {
  const done = steps.slice(0, steps.findIndex(({ name }) => name === upTo) + 1);
  for (const step of done.toReversed()) await step.undo?.(subject);
}
