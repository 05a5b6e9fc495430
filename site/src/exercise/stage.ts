import type { UnseenResult, Verdict } from '../../../packages/core/src/workshop/index.ts';
import type { BrowserMessage, BrowserTask } from '../../../workshop/src/browser/protocol.ts';
import type { Problem } from '../../../workshop/src/problem.ts';
import { createSilence } from './silence.ts';

/** What is told while a file is judged. */
export interface StageListener {
  /** @param more storms that follow */
  onVerdict(verdict: Verdict, more: number): void;
  onUnseen(result: UnseenResult): void;
  /** All storms are over. */
  onFinished(): void;
  /** Why there is no verdict. */
  onFailed(problem: Problem): void;
}

const lookEveryMs = 250;

/**
 * Judges one file in a worker of its own, which is ended afterwards, whatever the file does.
 *
 * @returns ends it at once; nothing is told from then on
 */
export function judge(incident: string, task: BrowserTask, listener: StageListener): () => void {
  const worker = new Worker(`/exercises/${incident}/stdin.js`, { type: 'module' });
  const silence = createSilence();
  const end = (): void => {
    clearInterval(watch);
    worker.terminate();
  };
  const fail = (problem: Problem): void => {
    end();
    listener.onFailed(problem);
  };
  // Looks are counted and not the time between them: a tab in the background is looked at less often.
  const watch = setInterval(() => {
    if (!silence.look()) return;
    fail({
      text: 'nothing moved for a long time: there is a loop without end, or one that never lets time pass. Its worker was ended. Look for a loop that awaits nothing that takes time.',
    });
  }, lookEveryMs);
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    fail({ text: event.message || 'the worker could not be loaded. Load the page again.' });
  });
  worker.addEventListener('message', ({ data }: MessageEvent<BrowserMessage>) => {
    silence.heard();
    switch (data.type) {
      case 'ready':
        silence.begun();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, no window
        worker.postMessage(task);
        return;
      case 'verdict':
        listener.onVerdict(data.verdict, data.more);
        return;
      case 'unseen':
        listener.onUnseen(data.result);
        return;
      case 'finished':
        end();
        listener.onFinished();
        return;
      case 'failed':
        fail(data.problem);
        return;
      case 'alive':
    }
  });
  return end;
}
