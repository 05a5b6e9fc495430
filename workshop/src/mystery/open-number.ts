import { Worker } from 'node:worker_threads';
import type { Evidence, Truth } from '@firedrill/core/workshop';
import type { TryRemedy } from './game.ts';

/** The mystery of a number, with what is hidden of it. */
export interface OpenedNumber {
  readonly evidence: Evidence;
  readonly truth: Truth;
  /** On its own storm, one after the other. */
  readonly tryRemedy: TryRemedy;
  /** Ends its thread. */
  close(): Promise<void>;
}

/** A remedy to be tried on the storm of a number. */
export interface Trial {
  readonly implementation: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** What the thread of a number says. */
export type NumberMessage =
  | { readonly type: 'attempt'; readonly attempt: number }
  | { readonly type: 'opened'; readonly evidence: Evidence; readonly truth: Truth }
  /** Names of the signs that are left with a remedy. */
  | { readonly type: 'tried'; readonly left: readonly string[] }
  /** Why a remedy cannot be tried. */
  | { readonly type: 'refused'; readonly message: string };

/**
 * Opens the mystery of a number, over all examples, in a thread of its own.
 *
 * @throws Error when none of the first drafts can be proven
 */
export async function openNumber(
  number: number,
  onAttempt?: (attempt: number) => void,
): Promise<OpenedNumber> {
  const worker = new Worker(new URL('number-worker.ts', import.meta.url), { workerData: number });
  /** What it says next, beside how the drawing goes on. */
  const next = (): Promise<Exclude<NumberMessage, { type: 'attempt' }>> =>
    new Promise((resolve, reject) => {
      const onMessage = (message: NumberMessage): void => {
        if (message.type === 'attempt') return onAttempt?.(message.attempt);
        worker.off('message', onMessage).off('error', reject);
        resolve(message);
      };
      worker.on('message', onMessage).once('error', reject);
    });
  const opened = await next();
  if (opened.type !== 'opened')
    throw new Error(`Failed to open mystery ${number}: it is not there.`);
  const { evidence, truth } = opened;

  async function tryAlone(trial: Trial): Promise<readonly string[]> {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    worker.postMessage(trial);
    const message = await next();
    if (message.type === 'tried') return message.left;
    throw new RangeError(message.type === 'refused' ? message.message : 'It was not tried.');
  }
  let last: Promise<unknown> = Promise.resolve();
  return {
    evidence,
    truth,
    tryRemedy(implementation, settings) {
      const own = last.then(() => tryAlone({ implementation, settings }));
      last = own.catch(() => undefined);
      return own;
    },
    async close() {
      await worker.terminate();
    },
  };
}
