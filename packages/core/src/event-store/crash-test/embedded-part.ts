import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../resilience/index.ts';
import { createRandom } from '../../simulation/index.ts';
import { DirectoryLockedError, openPgliteEventStore } from '../pglite/index.ts';
import { Children, exited } from './children.ts';
import type { CrashTestPart, PartOptions, PartReport } from './part.ts';

export interface EmbeddedWriterArguments {
  readonly directory: string;
  readonly round: number;
}

export type EmbeddedWriterMessage =
  | { readonly type: 'open' }
  | {
      readonly type: 'acknowledged';
      readonly stream: string;
      /** Version of the last of the events. */
      readonly toVersion: number;
      readonly eventIds: readonly string[];
    };

/** Opening takes a second or two; nothing short of a defect needs this long. */
const OPEN_LIMIT_MS = 60_000;

/** What was promised: event ids by stream, at the index of their version less 1. */
type Acknowledged = Map<string, string[]>;

/**
 * One process appends to an embedded database and is killed with SIGKILL in the middle, again and
 * again; then every append that it had acknowledged must be there, and a second process must have been
 * refused.
 */
export const embeddedPart: CrashTestPart = async (options) => {
  const directory = await mkdtemp(join(tmpdir(), 'crash-test-'));
  const children = new Children();
  try {
    return await storm(directory, children, options);
  } finally {
    await children.killAll();
    await rm(directory, { recursive: true, force: true });
  }
};

async function storm(
  directory: string,
  children: Children,
  { seed, seconds, signal, progress }: PartOptions,
): Promise<PartReport> {
  const random = createRandom(seed, 'embedded');
  const acknowledged: Acknowledged = new Map();
  let refused = 0;
  let kills = 0;
  progress('making the database');
  await (await openPgliteEventStore({ directory })).close();
  // One kill at least, however short the time is: without one nothing is tested.
  for (const endAtMs = Date.now() + seconds * 1_000; kills === 0 || Date.now() < endAtMs;) {
    const round = kills + 1;
    const argument: EmbeddedWriterArguments = { directory, round };
    const child = children.start('./embedded-writer.ts', argument);
    const gone = exited(child);
    const firstAppend = Promise.withResolvers<void>();
    child.on('message', (message: EmbeddedWriterMessage) => {
      if (message.type === 'open') return;
      note(acknowledged, message);
      firstAppend.resolve();
    });
    await Promise.race([
      firstAppend.promise,
      gone.then((code) => {
        throw new Error(`Failed to run the writer of round ${round}: it ended with ${code}.`);
      }),
      sleep(OPEN_LIMIT_MS, signal).then(() => {
        throw new Error(`Failed to run the writer of round ${round}: it appends nothing.`);
      }),
    ]);
    if (await isRefused(directory)) refused += 1;
    await sleep(random.integer(0, 150), signal);
    child.kill('SIGKILL');
    await gone;
    kills += 1;
    const left = Math.max(0, Math.ceil((endAtMs - Date.now()) / 1_000));
    progress(`${left} s left, ${countOf(acknowledged)} acknowledged, kills: ${kills}`);
  }
  progress('counting');
  return verify(directory, acknowledged, { kills, refused });
}

function note(
  acknowledged: Acknowledged,
  { stream, toVersion, eventIds }: EmbeddedWriterMessage & { readonly type: 'acknowledged' },
): void {
  const ids = acknowledged.get(stream) ?? [];
  acknowledged.set(stream, ids);
  for (const [index, id] of eventIds.entries()) ids[toVersion - eventIds.length + index] = id;
}

const countOf = (acknowledged: Acknowledged): number =>
  [...acknowledged.values()].reduce((sum, ids) => sum + ids.length, 0);

async function isRefused(directory: string): Promise<boolean> {
  try {
    await (await openPgliteEventStore({ directory })).close();
    return false;
  } catch (error) {
    if (error instanceof DirectoryLockedError) return true;
    throw error;
  }
}

async function verify(
  directory: string,
  acknowledged: Acknowledged,
  { kills, refused }: { readonly kills: number; readonly refused: number },
): Promise<PartReport> {
  const store = await openPgliteEventStore({ directory });
  let promised = 0;
  let lost = 0;
  let found = 0;
  let gaps = 0;
  try {
    for (const [id, eventIds] of acknowledged) {
      const events = await store.readStream({ category: 'crash', id });
      found += events.length;
      promised += eventIds.length;
      lost += eventIds.filter((eventId, index) => events[index]?.eventId !== eventId).length;
      gaps += events.filter(({ streamVersion }, index) => streamVersion !== index + 1).length;
    }
  } finally {
    await store.close();
  }
  const failures = [
    ...(lost > 0 ? [`${lost} acknowledged events are lost or at another version`] : []),
    ...(gaps > 0 ? [`${gaps} events are at a version that leaves a gap`] : []),
    ...(refused < kills ? [`${kills - refused} times a second process was let in`] : []),
    ...(promised === 0 ? ['nothing was appended'] : []),
  ];
  return {
    lines: [
      `kills ${kills}, acknowledged ${promised}, lost ${lost}`,
      `found ${found} (an append may be committed and its answer cut off)`,
      `second process refused ${refused} of ${kills} times`,
    ],
    failures,
  };
}
