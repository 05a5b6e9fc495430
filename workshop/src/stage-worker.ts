import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { loadIncident, root } from './incidents.ts';
import { judgeOnStage, systemOf } from './judge-on-stage.ts';
import { lineIn, type Problem, problemAt } from './problem.ts';
import type { StageData, StageMessage, StageTask } from './stage-protocol.ts';

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
  void judge(task).catch((error: unknown) =>
    say({ type: 'failed', problem: explain(error, fileURLToPath(task.file)) }),
  );
});
say({ type: 'ready' });

async function judge({ file, ...task }: StageTask): Promise<void> {
  const implementation = systemOf(await import(file), task.ship);
  await judgeOnStage({
    incident,
    implementation,
    ...task,
    say,
    beat: () => Atomics.add(beats, 0, 1),
  });
}

/** A sentence with the place in the learner's file, or in the exercises, where there is one. */
function explain(error: unknown, file: string): Problem {
  if (!(error instanceof Error)) return { text: String(error) };
  const places = (error.stack ?? '').split('\n').flatMap((line) => {
    const [, path = '', row] = /(?:file:\/\/)?([^\s()]+\.ts):(\d+)/.exec(line) ?? [];
    const isOwn = path.startsWith(root) && !path.startsWith(`${root}/src/`);
    return row !== undefined && isOwn ? [`${path.slice(root.length + 1)}:${row}`] : [];
  });
  const [place] = places;
  const [message] = error.message.split('\n');
  const text = `${error.name}: ${message}`;
  if (place === undefined) return { text };
  return problemAt(`${place} ${text}`, lineIn(place, relative(root, file)));
}
