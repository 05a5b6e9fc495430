import type { AccessEvent, ClinicStore, SealEvent } from '../implementations/hardened/events.ts';
import type { LogFile } from '../system.ts';
import { entryLine } from './entry-line.ts';
import { headerLine, makeSeal, sealLine } from './log-file.ts';
import { createGrowingTree, leafHash } from './merkle-tree.ts';
import type { Signer } from './signing.ts';
import type { RecordedEvent } from '@firedrill/core/event-store';

const batchSize = 1_000;

/** Writes the whole log as it stands in the store: its entries, its seals, and a closing seal. */
export async function exportLog(
  store: ClinicStore,
  signer: Signer,
  origin: string,
): Promise<LogFile> {
  const { entries, seals } = await readLog(store);
  const { publicKey } = signer;
  const lines = [headerLine({ type: 'audit-log', version: 1, origin, publicKey })];
  const tree = createGrowingTree();
  let written = 0;
  let unsealed: Buffer[] = [];

  function writeUpTo(size: number): void {
    for (; written < size; written += 1) {
      const entry = entries[written];
      if (entry === undefined) return;
      const line = entryLine(entry);
      const leaf = leafHash(Buffer.from(line));
      tree.add(leaf);
      unsealed.push(leaf);
      lines.push(line);
    }
  }

  for (const { data } of seals) {
    const { size, root, sealedAt, leaves, signature } = data;
    writeUpTo(size);
    unsealed = [];
    lines.push(
      sealLine({ type: 'seal', size, root, sealedAt, isClosing: false, leaves, signature }),
    );
  }
  writeUpTo(Infinity);
  const closing = makeSeal(signer, origin, {
    size: tree.size,
    root: tree.root().toString('hex'),
    sealedAt: new Date().toISOString(),
    isClosing: true,
    leaves: Buffer.concat(unsealed).toString('hex'),
  });
  lines.push(sealLine(closing));
  return { bytes: Buffer.from(`${lines.join('\n')}\n`), publicKey };
}

async function readLog(store: ClinicStore): Promise<{
  readonly entries: readonly RecordedEvent<AccessEvent>[];
  readonly seals: readonly RecordedEvent<SealEvent>[];
}> {
  const entries: RecordedEvent<AccessEvent>[] = [];
  const seals: RecordedEvent<SealEvent>[] = [];
  const filter = { categories: ['access', 'seal'] };
  for (let after = 0; ;) {
    const { events, scannedTo, horizon } = await store.readAll({ after, limit: batchSize, filter });
    for (const event of events) {
      if (event.type === 'log.sealed') seals.push(event);
      else if (event.type === 'access.granted' || event.type === 'access.denied') {
        entries.push(event);
      }
    }
    if (scannedTo >= horizon) return { entries, seals };
    after = scannedTo;
  }
}
