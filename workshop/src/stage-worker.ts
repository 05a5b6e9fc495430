import { parentPort, workerData } from 'node:worker_threads';
import type { AnyImplementation, RunRecord } from '@firedrill/core/scenario';
import { rehearse, unseenStorm } from '@firedrill/core/workshop';
import { loadIncident, root } from './incidents.ts';
import type { Curve, StageData, StageMessage, StageTask } from './stage-protocol.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what stage.ts has sent
const { incident: name, pulse } = workerData as StageData;
const beats = new Int32Array(pulse);

const incident = await loadIncident(name);
// Read once: whoever comes with a file is not to wait for the example.
incident.example.settings.parse({});

const say = (message: StageMessage): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage(message);
};

parentPort?.once('message', (task: StageTask) => {
  void judge(task).catch((error: unknown) => say({ type: 'failed', message: explain(error) }));
});
say({ type: 'ready' });

async function judge({ exercise, file, seed, unseen }: StageTask): Promise<void> {
  const implementation = await load(file);
  const curve: Record<string, [number, number][]> = {};
  const write = (record: RunRecord): void => {
    Atomics.add(beats, 0, 1);
    if (record.type !== 'sample' || (record.atMs / 1_000) % 5 !== 0) return;
    for (const [series, value] of Object.entries(record.values)) {
      (curve[series] ??= []).push([record.atMs, value]);
    }
  };
  const verdict = await rehearse({ incident, exercise, implementation, seed, write });
  say({ type: 'verdict', verdict, series: curve satisfies Curve });
  if (verdict.holds) {
    for (const each of unseen) {
      const result = await unseenStorm(incident, exercise, implementation, each);
      Atomics.add(beats, 0, 1);
      say({ type: 'unseen', result });
      if (result.broken !== undefined) break;
    }
  }
  say({ type: 'finished' });
}

async function load(file: string): Promise<AnyImplementation> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked in the next line
  const { create } = (await import(file)) as { readonly create?: AnyImplementation['create'] };
  if (typeof create !== 'function') {
    throw new Error('the file exports no "create". Write: export const create: CreateSystem = …');
  }
  return { name: 'yours', week: 99, flaw: 'that is to be seen', create };
}

/** A sentence with the place in the learner's file, where there is one. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const places = (error.stack ?? '').split('\n').flatMap((line) => {
    const [, path = '', row] = /(?:file:\/\/)?([^\s()]+\.ts):(\d+)/.exec(line) ?? [];
    const isOwn = path.startsWith(root) && !path.startsWith(`${root}/src/`);
    return row !== undefined && isOwn ? [`${path.slice(root.length + 1)}:${row}`] : [];
  });
  const [place] = places;
  const [message] = error.message.split('\n');
  return place === undefined ? `${error.name}: ${message}` : `${place} ${error.name}: ${message}`;
}
