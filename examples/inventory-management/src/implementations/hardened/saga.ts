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
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly undone: Promise<void> }
  | { readonly kind: 'failed'; readonly error: unknown; readonly undone: Promise<void> };

/**
 * Runs steps one after the other (a saga: Garcia-Molina and Salem 1987). When one refuses or throws,
 * it and all before it are undone, the last first. The one that threw is undone as well: nobody knows
 * how far it got.
 *
 * Resolves as soon as the outcome is known; `undone` resolves when nothing is left of the saga.
 */
export async function runSaga<Subject, Refusal>(
  steps: readonly SagaStep<Subject, Refusal>[],
  subject: Subject,
): Promise<SagaOutcome<Refusal>> {
  for (const [index, { run }] of steps.entries()) {
    try {
      const refusal = await run(subject);
      if (refusal === undefined) continue;
      return { kind: 'refused', refusal, undone: undo(steps.slice(0, index + 1), subject) };
    } catch (error) {
      return { kind: 'failed', error, undone: undo(steps.slice(0, index + 1), subject) };
    }
  }
  return { kind: 'done' };
}

async function undo<Subject, Refusal>(
  steps: readonly SagaStep<Subject, Refusal>[],
  subject: Subject,
): Promise<void> {
  for (const step of steps.toReversed()) await step.undo?.(subject);
}
