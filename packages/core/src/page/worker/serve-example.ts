import { InputError } from '../../cli/errors.ts';
import { planRun } from '../../cli/plan-run.ts';
import { UsageError } from '../../command-line/portable.ts';
import type { AnyExample } from '../../scenario/example.ts';
import type { RunRecord } from '../../scenario/record.ts';
import { runScenario } from '../../scenario/run.ts';
import { real } from '../../simulation/real.ts';
import { describeExample } from '../origin.ts';
import { runRequestSchema, type WorkerMessage } from '../protocol.ts';

/** How long records are kept before they are sent: a message for each would cost more than the run. */
const batchMs = 50;

/** The worker's end of its channel. */
export interface Channel {
  readonly post: (message: WorkerMessage) => void;
  readonly onMessage: (listener: (data: unknown) => void) => void;
}

/**
 * Answers the one request of a worker with the records of a run.
 *
 * @param ready what has to be there before the run
 */
export function serveExample(
  example: AnyExample,
  { post, onMessage }: Channel,
  ready: Promise<void>,
): void {
  let isTaken = false;
  onMessage((data) => {
    if (isTaken) return;
    isTaken = true;
    void answer(example, data, ready, post);
  });
  void introduce(example, post);
}

async function introduce(example: AnyExample, post: Channel['post']): Promise<void> {
  try {
    post({ type: 'ready', about: await describeExample(example) });
  } catch (error) {
    post(failureOf(error));
  }
}

async function answer(
  example: AnyExample,
  data: unknown,
  ready: Promise<void>,
  post: (message: WorkerMessage) => void,
): Promise<void> {
  let records: RunRecord[] = [];
  let sentAtMs = real.performanceNow();
  const flush = (): void => {
    if (records.length > 0) post({ type: 'records', records });
    records = [];
    sentAtMs = real.performanceNow();
  };
  try {
    const { implementation, load, ...flags } = runRequestSchema.parse(data);
    const plan = await planRun(
      example,
      example.name,
      {
        ...flags,
        ...(implementation !== undefined && { implementation }),
        ...(load !== undefined && { load }),
        transport: 'in-process',
      },
      { readTrace: () => Promise.resolve(undefined) },
    );
    await ready;
    await runScenario(example, plan, (record) => {
      records.push(record);
      if (real.performanceNow() - sentAtMs >= batchMs) flush();
    });
    flush();
    post({ type: 'finished' });
  } catch (error) {
    flush();
    post(failureOf(error));
  }
}

function failureOf(error: unknown): WorkerMessage {
  return {
    type: 'failed',
    message: error instanceof Error ? error.message : String(error),
    isInput: error instanceof UsageError || error instanceof InputError,
  };
}
