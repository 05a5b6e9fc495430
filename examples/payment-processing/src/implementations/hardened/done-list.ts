import type { FollowUp } from '../../domain.ts';
import type { Books } from './books.ts';

/** Follow-ups that are done, written to the books in batches. */
export interface DoneList {
  add(paymentId: string, followUp: FollowUp): void;
  /** Writes what is left. */
  flush(): Promise<void>;
}

/**
 * How long a batch is collected, in ms. Whatever a crash finds in it is done again: merchants, audit
 * and mail know a payment by its id.
 */
const flushEveryMs = 250;

export function createDoneList(books: Books): DoneList {
  let done: { readonly paymentId: string; readonly followUp: FollowUp }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (done.length === 0) return;
    const batch = done;
    done = [];
    await books.insist((database) => database.closeFollowUps({ done: batch }));
  }

  return {
    add(paymentId, followUp) {
      done.push({ paymentId, followUp });
      timer ??= setTimeout(() => void flush(), flushEveryMs);
    },
    flush,
  };
}
