import { setLongTimer } from './long-timer.ts';

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
 * Whoever waits has a clock of their own: an event loop that is blocked does not make them wait
 * longer. A limit within the system is `createTimeout`, which hears what arrived meanwhile.
 *
 * @param patienceMs How long, in milliseconds; any, and `Infinity` is for ever.
 */
export function withPatience<Answer>(
  attempt: Promise<Answer>,
  patienceMs: number,
): Promise<PatientOutcome<Answer>> {
  return new Promise((resolve) => {
    const leaving = setLongTimer(() => resolve({ kind: 'timed-out' }), patienceMs);
    const settle = (outcome: PatientOutcome<Answer>): void => {
      leaving.clear();
      resolve(outcome);
    };
    attempt.then(
      (answer) => settle({ kind: 'answered', answer }),
      (error: unknown) => settle({ kind: 'failed', error }),
    );
  });
}
