import { eventIdOf } from '@firedrill/core/event-store';
import { entryLine } from '../../log/entry-line.ts';
import { makeSeal } from '../../log/log-file.ts';
import { createGrowingTree, type GrowingTree, leafHash } from '../../log/merkle-tree.ts';
import type { Signer } from '../../log/signing.ts';
import { type ClinicStore, sealStream } from './events.ts';

/**
 * Seals the log behind the writers: reads what was appended since the last seal, lets the Merkle tree
 * grow by it, and signs the new root. Nobody waits for it, which is why it costs the accesses nothing.
 */
export interface Sealer {
  stop(): void;
}

/** Whose log it is: the same for all exports of this platform. */
export const logOrigin = 'clinics.example/audit';

const batchSize = 1_000;
const witnessNamespace = '0e6f9c52-5a53-4d0b-8a9e-2c9f7c1f4a17';

interface State {
  readonly tree: GrowingTree;
  /** Position of the last entry in the tree. */
  readonly position: number;
  /** Version of the stream of seals. */
  readonly version: number;
}

/**
 * Starts sealing every `sealMs`. All processes may: a seal expects to be the next one after that which
 * its sealer knows, so of two at once one is refused, and reads what the other has done.
 */
export function createSealer(
  store: ClinicStore,
  signer: Signer,
  { sealMs, onSealed }: { readonly sealMs: number; readonly onSealed: () => void },
): Sealer {
  let state: State | undefined;
  let isSealing = false;

  /** What the last seal says: a tree needs no more than that to grow on. */
  async function load(): Promise<State> {
    const [last] = await store.readStream(sealStream, { direction: 'backwards', limit: 1 });
    if (last?.type !== 'log.sealed') {
      return { tree: createGrowingTree(), position: 0, version: 0 };
    }
    const { size, peaks, position } = last.data;
    const tree = createGrowingTree({ size, peaks: peaks.map((peak) => Buffer.from(peak, 'hex')) });
    return { tree, position, version: last.streamVersion };
  }

  async function seal(): Promise<void> {
    const { tree, position: after, version } = state ?? (await load());
    state = undefined;
    const { events } = await store.readAll({
      after,
      limit: batchSize,
      filter: { categories: ['access'] },
    });
    const leaves = events.flatMap((event) =>
      event.type === 'access.granted' || event.type === 'access.denied'
        ? [leafHash(Buffer.from(entryLine(event)))]
        : [],
    );
    const position = events.at(-1)?.position;
    if (position === undefined) {
      state = { tree, position: after, version };
      return;
    }
    for (const leaf of leaves) tree.add(leaf);
    const root = tree.root().toString('hex');
    const { size } = tree;
    const {
      type: _,
      isClosing: __,
      ...sealed
    } = makeSeal(signer, logOrigin, {
      size,
      root,
      sealedAt: new Date().toISOString(),
      isClosing: false,
      leaves: Buffer.concat(leaves).toString('hex'),
    });
    const peaks = tree.peaks().map((peak) => peak.toString('hex'));
    await store.transaction(async (tx) => {
      await store.append(
        sealStream,
        [{ type: 'log.sealed', data: { ...sealed, position, peaks } }],
        { expectedVersion: version === 0 ? 'none' : version, tx },
      );
      // The witness hears of the root if and only if it is there.
      const messageId = eventIdOf(witnessNamespace, `${size} ${root}`);
      const message = { messageId, topic: 'witness', key: 'audit-log', payload: { size, root } };
      await store.outbox.enqueue([message], { tx });
    });
    onSealed();
    state = { tree, position, version: version + 1 };
    if (events.length === batchSize) await seal();
  }

  const timer = setInterval(() => {
    if (isSealing) return;
    isSealing = true;
    void seal()
      .catch(() => {
        // Somebody else sealed, or the store was not to be had: the state is read anew next time.
      })
      .finally(() => {
        isSealing = false;
      });
  }, sealMs);
  return { stop: () => clearInterval(timer) };
}
