import { emptyRun, reduce } from '../../report/run-state.ts';
import { type Address, formatAddress } from '../address.ts';
import type { WorkerMessage } from '../protocol.ts';
import type { Form } from './form.ts';
import type { RunPage } from './run-page.ts';

/** Runs storms in workers of their own, one at a time, and shows each when it has ended. */
export interface Storms {
  run(address: Address): void;
  /** Ends the one that runs. */
  stop(): void;
}

export interface StormsOptions {
  readonly page: RunPage;
  readonly form: Form;
  /** A worker of an example that waits for its one request. */
  readonly openWorker: (example: string) => Worker;
}

export function createStorms({ page, form, openWorker }: StormsOptions): Storms {
  let worker: Worker | undefined;

  function run(address: Address): void {
    worker?.terminate();
    history.replaceState(null, '', `#${formatAddress(address)}`);
    const state = emptyRun();
    const own = openWorker(address.example);
    worker = own;
    page.say('The worker starts.');
    own.addEventListener('error', (event: Event) => page.say(whyFailed(event, address), true));
    own.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.type === 'ready') {
        form.describe(data.about);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, no window
        own.postMessage(address.request);
      } else if (data.type === 'records') {
        for (const record of data.records) {
          reduce(state, record);
          if (record.type === 'run.started') form.fitWindow(record.durationMs);
        }
        page.follow(state);
      } else {
        own.terminate();
        if (data.type === 'failed') page.say(data.message, true);
        else page.show(state, { atMs: address.atMs, onMoment: keepMoment(address) });
      }
    });
  }
  return { run, stop: () => worker?.terminate() };
}

/** A link to a storm holds the moment that is looked at. */
const keepMoment =
  (address: Address) =>
  (atMs: number): void =>
    history.replaceState(null, '', `#${formatAddress({ ...address, atMs })}`);

/** A script that cannot be had, or does not build, makes an event without a message. */
function whyFailed(event: Event, { example }: Address): string {
  return event instanceof ErrorEvent
    ? `The worker failed: ${event.message}`
    : `The script of ${example} could not be loaded. The terminal in which the page was started says why.`;
}
