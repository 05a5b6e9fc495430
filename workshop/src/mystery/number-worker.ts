import { parentPort, workerData } from 'node:worker_threads';
import { openMystery, truthOf } from '@firedrill/core/workshop';
import { incidentNames, loadIncident } from '../incidents.ts';
import type { NumberMessage, Trial } from './open-number.ts';
import { signsLeft } from './signs-left.ts';

// A thread of its own: a simulation replaces the clock of the thread that it runs in, and a page is served
// while a remedy is tried.

const say = (message: NumberMessage): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage(message);
};

const incidents = await Promise.all(incidentNames.map((name) => loadIncident(name)));
const { mystery, evidence } = await openMystery(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what open-number.ts has sent
  workerData as number,
  incidents.map(({ example }) => example),
  { onAttempt: (attempt) => say({ type: 'attempt', attempt }) },
);

/** One trial after the other: nothing else may come into the thread while a storm runs. */
function listen(): void {
  parentPort?.once('message', ({ implementation, settings }: Trial) => {
    void signsLeft(mystery, implementation, settings)
      .then(
        (left) => say({ type: 'tried', left }),
        (error: unknown) =>
          say({ type: 'refused', message: error instanceof Error ? error.message : String(error) }),
      )
      .then(listen);
  });
}
listen();
say({ type: 'opened', evidence, truth: truthOf(mystery) });
