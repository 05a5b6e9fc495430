/** How an attempt ended for somebody who waits only so long. */
export type PatientOutcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Given up: the attempt goes on in the system, and its answer reaches nobody. */
  | { readonly kind: 'timed-out' };

/**
 * Waits for an attempt as long as a person does, and not longer. Nobody tells the system to stop:
 * what is given up goes on, as it does behind a page that was reloaded. Never rejects.
 *
 * @param patienceMs How long, in milliseconds.
 */
export function withPatience<Answer>(
  attempt: Promise<Answer>,
  patienceMs: number,
): Promise<PatientOutcome<Answer>> {
  return new Promise((resolve) => {
    const leave = setTimeout(() => resolve({ kind: 'timed-out' }), patienceMs);
    const settle = (outcome: PatientOutcome<Answer>): void => {
      clearTimeout(leave);
      resolve(outcome);
    };
    attempt.then(
      (answer) => settle({ kind: 'answered', answer }),
      (error: unknown) => settle({ kind: 'failed', error }),
    );
  });
}
