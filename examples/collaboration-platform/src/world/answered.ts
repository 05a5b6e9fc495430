import type { Shapes } from '../domain.ts';
import type { Session } from '../system.ts';

/** What a process says at once; `otherwise` when it is down: then there is a rejection in its place. */
export function answered<T>(ask: () => T, otherwise: T): T {
  const answer = ask();
  if (!(answer instanceof Promise)) return answer;
  answer.catch(() => undefined);
  return otherwise;
}

const nothing: Shapes = new Map();

/** What somebody has on their screen; nothing when the page is gone. */
export const screenOf = (session: Session): Shapes => answered(() => session.shapes(), nothing);
