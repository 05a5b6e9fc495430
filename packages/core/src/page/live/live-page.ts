import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { recordLine } from '../../report/record-line.ts';
import type { RunRecord } from '../../scenario/record.ts';
import type { RunOrigin } from '../origin.ts';

/** The run that is shown. */
export interface LiveData {
  readonly example: string;
  readonly origin: RunOrigin;
}

/** What the thread of the server is started with. */
export interface LiveThread extends LiveData {
  readonly port: MessagePort;
}

/** What the thread of the server is told. */
export type LiveMessage =
  | { readonly type: 'line'; readonly line: string }
  | { readonly type: 'stop' };

/** The page of a run under way. */
export interface LivePage {
  /** What to open in a browser. */
  readonly url: string;
  write(record: RunRecord): void;
  /** Lets the port go. */
  close(): Promise<void>;
}

/**
 * Serves the run of a command on the loopback interface, to pages of its own. The server has a thread of its
 * own: a simulation replaces the clock of the thread that it runs in, and takes what that does for the
 * system's.
 *
 * @throws Error of the operating system when no port can be had
 */
export async function openLivePage(data: LiveData): Promise<LivePage> {
  // A channel of its own: what goes to a thread through itself is watched, as work of the system.
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./live-worker.ts', import.meta.url), {
    workerData: { ...data, port: port2 } satisfies LiveThread,
    transferList: [port2],
  });
  const [url] = await once(worker, 'message');
  const tell = (message: LiveMessage): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    port1.postMessage(message);
  };
  return {
    url: String(url),
    write: (record) => tell({ type: 'line', line: recordLine(record) }),
    async close() {
      tell({ type: 'stop' });
      await once(worker, 'exit');
    },
  };
}
