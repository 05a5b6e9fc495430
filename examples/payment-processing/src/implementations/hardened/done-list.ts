import type { FollowUp } from '../../domain.ts';
import type { Context } from '../../system.ts';
import { type Books, statementTimeoutMs } from './books.ts';

/** Follow-ups that are done, written to the books in batches. */
export interface DoneList {
  add(paymentId: string, followUp: FollowUp): void;
  /** Whether it is done here, though an answer of the books may still say that it is open. */
  has(paymentId: string, followUp: FollowUp): boolean;
  /** Writes what is left. */
  flush(): Promise<void>;
}

interface Done {
  readonly paymentId: string;
  readonly followUp: FollowUp;
}

/**
 * How long a batch is collected, in ms. Whatever a crash finds in it is done again: merchants, audit
 * and mail know a payment by its id.
 */
const flushEveryMs = 250;

const idOf = ({ paymentId, followUp }: Done): string => `${paymentId} ${followUp}`;

export function createDoneList({ clock }: Context, books: Books): DoneList {
  let done: Done[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const known = new Set<string>();
  /** What is written, the oldest first; until no answer can be older than that, it is remembered. */
  const written: { readonly batch: readonly Done[]; readonly atMs: number }[] = [];

  function forget(): void {
    const old = written.findIndex(({ atMs }) => clock.elapsedMs() - atMs <= statementTimeoutMs);
    for (const { batch } of written.splice(0, old === -1 ? written.length : old)) {
      for (const each of batch) known.delete(idOf(each));
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (done.length === 0) return;
    const batch = done;
    done = [];
    forget();
    await books.insist((database) => database.closeFollowUps({ done: batch }));
    written.push({ batch, atMs: clock.elapsedMs() });
  }

  return {
    add(paymentId, followUp) {
      const each = { paymentId, followUp };
      done.push(each);
      known.add(idOf(each));
      timer ??= setTimeout(() => void flush(), flushEveryMs);
    },
    has: (paymentId, followUp) => known.has(idOf({ paymentId, followUp })),
    flush,
  };
}
