import { readFile } from 'node:fs/promises';
import { callerPath, UsageError } from '@firedrill/core/command-line';
import {
  checkData,
  type Flow,
  type FlowCounts,
  type FlowDependencies,
  type FlowLetter,
  type FlowLogEntry,
  type FlowTypes,
  InvalidEventError,
  type MemoryConnection,
  type RunningFlow,
  runInMemory,
} from '@firedrill/core/flows';
import { sleep } from '@firedrill/core/resilience';
import { type AnyExample, repairedOf } from '@firedrill/core/scenario';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { z } from 'zod';

/** One line of a file of events. */
const lineSchema = z.strictObject({
  event: z.string(),
  data: z.unknown(),
  id: z.string().min(1).optional(),
  /** When it is published, in ms since the run began. Default: right after the one before. */
  atMs: z.number().nonnegative().optional(),
});
type OwnEvent = z.output<typeof lineSchema>;

const mostEvents = 1_000_000;

/**
 * Reads events, one JSON object a line: `{"event": "order.placed", "data": {…}}`, and looks at each of
 * them as the door of the flow does.
 *
 * @throws UsageError naming the line that cannot be taken, and what to do.
 */
export async function readEvents(flow: Flow, path: string): Promise<readonly OwnEvent[]> {
  let text: string;
  try {
    text = await readFile(callerPath(path), 'utf8');
  } catch (error) {
    throw refused(path, error instanceof Error ? error.message : String(error), 'Name another.');
  }
  const found: OwnEvent[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    if (found.length === mostEvents) {
      throw refused(path, `more than ${mostEvents} events`, 'Use several files.');
    }
    found.push(await readLine(flow, path, index + 1, line));
  }
  if (found.length > 0) return found;
  throw refused(path, 'there is no event in it', `Write one a line, e.g. ${sampleOf(flow)}.`);
}

async function readLine(flow: Flow, path: string, number: number, line: string): Promise<OwnEvent> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refused(path, `line ${number} is no JSON`, `Write it as ${sampleOf(flow)}.`);
  }
  const read = lineSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
    throw refused(path, `line ${number}, ${where}`, `Write it as ${sampleOf(flow)}.`);
  }
  try {
    await checkData(flow, read.data.event, read.data.data);
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    const cause = error.message.replace(/^Failed to publish /, '').replace(/\. Correct.*$/s, '');
    throw refused(path, `line ${number}, ${cause}`, 'Correct the line.');
  }
  return read.data;
}

const sampleOf = ({ events }: Flow): string =>
  `{"event": "${Object.keys(events)[0] ?? ''}", "data": {…}}`;

const refused = (path: string, cause: string, remedy: string): UsageError =>
  new UsageError({ given: `--file=${path}`, cause, remedy });

/** What became of somebody's own events. */
export interface OwnRun {
  readonly taken: number;
  readonly repeated: number;
  readonly counts: FlowCounts;
  readonly letters: readonly FlowLetter[];
  readonly log: readonly FlowLogEntry[];
  readonly virtualMs: number;
}

/** Longer than any retry schedule of a flow; what is unfinished then is told. */
const limitMs = 24 * 3_600_000;

/** Runs the flow over these events in virtual time, in its own world, without visitors and faults. */
export async function runOwnEvents(
  example: AnyExample,
  events: readonly OwnEvent[],
  seed: number,
): Promise<OwnRun> {
  const repaired = repairedOf(example);
  const log: FlowLogEntry[] = [];
  let running: RunningFlow<FlowTypes> | undefined;
  const implementation: typeof repaired = {
    ...repaired,
    create(context) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by `defineBroker`
      const memory = context.outside['broker'] as MemoryConnection;
      const broker = {
        run(own: Flow, options: FlowDependencies & { readonly outside: object }) {
          running = runInMemory(own, {
            ...options,
            broker: memory,
            log: (entry) => log.push(entry),
          });
          return running;
        },
      };
      return repaired.create({ ...context, outside: { ...context.outside, broker } });
    },
  };
  return simulateSystem(example, { implementation, seed }, async ({ context }) => {
    if (running === undefined) throw new TypeError(`${example.name} has started no flow.`);
    let repeated = 0;
    for (const { event, data, id, atMs = 0 } of events) {
      const waitMs = atMs - context.elapsedMs();
      if (waitMs > 0) await sleep(waitMs);
      const { isNew } = await running.publish(event, data, id === undefined ? {} : { id });
      if (!isNew) repeated += 1;
    }
    await Promise.race([running.onIdle(), sleep(limitMs)]);
    const result = {
      taken: events.length - repeated,
      repeated,
      counts: await running.counts(),
      letters: await running.deadLetters.list(),
      log,
      virtualMs: context.elapsedMs(),
    };
    await running.stop();
    return result;
  });
}
