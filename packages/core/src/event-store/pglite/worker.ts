import { openAsBlob } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { PGlite as Database } from '@electric-sql/pglite';
import { PGlite } from './library.ts';
import { PreparedStatements } from './prepared-statements.ts';
import type { WorkerAnswer, WorkerFailure, WorkerOptions, WorkerRequest } from './messages.ts';

// PGlite computes synchronously for milliseconds at a time: here it starves nobody.
const port = parentPort;
if (port === null) throw new Error('Failed to start: this program is a worker of the event store.');

const options: WorkerOptions = workerData;
const starting = start(options);
const preparing = starting.then((database) => new PreparedStatements(database));
void answer(0, async () => {
  await preparing;
  return [];
});

port.on('message', (request: WorkerRequest) => {
  void answer(request.id, async () => {
    if (request.op === 'run') return (await preparing).run(request.text, request.params);
    const database = await starting;
    if (request.op === 'query') {
      const { rows } = await database.query<Record<string, unknown>>(request.text, request.params);
      return rows;
    }
    await database.close();
    return [];
  });
});

async function start({ dataDirectory, template }: WorkerOptions): Promise<Database> {
  return PGlite.create({
    dataDir: dataDirectory ?? 'memory://',
    ...(template === undefined ? {} : { loadDataDir: await openAsBlob(template) }),
  });
}

async function answer(
  id: number,
  work: () => Promise<readonly Record<string, unknown>[]>,
): Promise<void> {
  let message: WorkerAnswer;
  try {
    message = { id, rows: await work() };
  } catch (error) {
    message = { id, error: failureOf(error) };
  }
  port?.postMessage(message);
}

function failureOf(error: unknown): WorkerFailure {
  const field = (name: string): string | undefined => {
    const value: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    message: field('message') ?? String(error),
    code: field('code'),
    detail: field('detail'),
    constraint: field('constraint'),
  };
}
