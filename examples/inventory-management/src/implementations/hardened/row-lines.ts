import type { RowChanged } from '../../domain/stock.ts';
import type { Reservation, RowWork, Statements } from './statements.ts';

/** What goes out together, as long as it has not left. */
interface Group {
  readonly ends: RowWork['ends'][number][];
  readonly wishes: Reservation[];
  /** What became of all of it. */
  readonly changed: Promise<RowChanged>;
}

/** A statement that changes more holds its row for longer than its commit takes. */
const mostAtOnce = 100;

/**
 * One statement at a time on the row of a product; what comes meanwhile waits here, without a connection, and goes
 * out together with the next (group commit): the row is locked once for all of it. Each part is answered for itself, in
 * the order in which they came: who wants the last unit gets it, though somebody before him wanted two.
 *
 * When a statement fails, whoever had a part in it is told so, and asks for the own part.
 */
export function createRowLines(statements: Statements): Statements {
  const leaving = new Map<string, Group>();
  /** Resolves when nothing is under way to a row, whatever became of it. */
  const last = new Map<string, Promise<unknown>>();

  function groupFor(productId: string): Group {
    const next = leaving.get(productId);
    if (next !== undefined && next.ends.length + next.wishes.length < mostAtOnce) return next;
    const changed = (last.get(productId) ?? Promise.resolve()).then(() => {
      if (leaving.get(productId) === group) leaving.delete(productId);
      return statements.change(productId, group);
    });
    const group: Group = { ends: [], wishes: [], changed };
    leaving.set(productId, group);
    last.set(
      productId,
      changed.catch(() => {}),
    );
    return group;
  }

  return {
    ...statements,
    async reserve(reservation) {
      const { wishes, changed } = groupFor(reservation.productId);
      const at = wishes.push(reservation) - 1;
      return answerAt((await changed).reserved, at);
    },
    async end(reservation, from, as) {
      // What is sold was held: the row stays as it is.
      if (as === 'sold') return statements.end(reservation, from, as);
      const { productId, reservationId } = reservation;
      const { ends, changed } = groupFor(productId);
      const at = ends.push({ reservationId, from, as }) - 1;
      return answerAt((await changed).ended, at);
    },
  };
}

function answerAt<T>(answers: readonly T[], at: number): T {
  const answer = answers[at];
  if (answer !== undefined) return answer;
  throw new RangeError(
    `Failed to read answer ${at} of a statement: it has ${answers.length}. Give one for each part.`,
  );
}
