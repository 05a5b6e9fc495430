import type { AnyIncident } from '@firedrill/core/workshop';
import { judgeOnStage, systemOf } from '../judge-on-stage.ts';
import { type Problem, problemAt } from '../problem.ts';
import { type BrowserMessage, browserTaskSchema } from './protocol.ts';
import { type KnownModules, runModule } from './run-module.ts';

/** The worker's end of its channel. */
export interface StageChannel {
  readonly post: (message: BrowserMessage) => void;
  readonly onMessage: (listener: (data: unknown) => void) => void;
}

/** A sign of life is posted with each of so many records: a run has tens of thousands. */
const recordsForSign = 200;

/**
 * Judges the one file that a worker is given. It is for its owner to end the worker afterwards, whatever
 * the file has done.
 *
 * @param modules what the file may import
 * @param ready what has to be there before a run
 */
export function serveStage(
  incident: AnyIncident,
  modules: KnownModules,
  { post, onMessage }: StageChannel,
  ready: Promise<void>,
): void {
  // Read once: whoever comes with a file is not to wait for the example.
  incident.example.settings.parse({});
  let isTaken = false;
  const name = incident.example.name;
  async function judge(data: unknown): Promise<void> {
    const { code, ...task } = browserTaskSchema.parse(data);
    await ready;
    let records = 0;
    await judgeOnStage({
      ...task,
      ship: 'yours',
      incident,
      implementation: systemOf(runModule(code, `${name}/${task.exercise}.ts`, modules), 'yours'),
      say: post,
      beat() {
        records += 1;
        if (records % recordsForSign === 0) post({ type: 'alive' });
      },
    });
  }
  onMessage((data) => {
    if (isTaken) return;
    isTaken = true;
    judge(data).catch((error: unknown) => post({ type: 'failed', problem: explain(error, name) }));
  });
  post({ type: 'ready' });
}

/** A sentence, with the line in the learner's file where there is one. */
function explain(error: unknown, incident: string): Problem {
  if (!(error instanceof Error)) return { text: String(error) };
  const [, row] = new RegExp(`${incident}/[\\w-]+\\.ts:(\\d+)`).exec(error.stack ?? '') ?? [];
  const [message] = error.message.split('\n');
  return problemAt(`${error.name}: ${message}`, row === undefined ? undefined : Number(row));
}
