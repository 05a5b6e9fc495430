import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClinicStore } from '../src/implementations/hardened/events.ts';
import { accessStream, sealStream } from '../src/implementations/hardened/events.ts';
import { entryEvent } from '../src/implementations/hardened/journal.ts';
import { createSealer, logOrigin } from '../src/implementations/hardened/sealer.ts';
import { exportLog } from '../src/log/export-log.ts';
import { verifyLog } from '../src/log/verify-log.ts';
import { alone, waiting } from './alone.ts';

const rootSchema = z.object({ size: z.int(), root: z.string() });

const sealMs = 10_000;
const settling = sealMs + 2_000;

/** So many entries, from this number on. */
async function write(store: ClinicStore, count: number, from: number): Promise<void> {
  const events = Array.from({ length: count }, (_, index) =>
    entryEvent({
      entryId: `request-${from + index}`,
      kind: 'read',
      staffId: 'physician-north-1',
      patientId: 'patient-0001',
      purpose: 'treatment',
      decision: index % 5 === 0 ? 'role' : 'granted',
    }),
  );
  await store.append(accessStream('patient-0001'), events, { expectedVersion: 'any' });
}

const sizes = async (store: ClinicStore) =>
  (await store.readStream(sealStream)).flatMap(({ type, data }) =>
    type === 'log.sealed' ? data.size : [],
  );

test('whatever has come is sealed at the next seal, however much, and nothing is sealed when nothing has come', () =>
  alone({ sealMs }, async ({ outside: { store, signer } }, { sleep }) => {
    let sealed = 0;
    const sealer = createSealer(store, signer, { sealMs, onSealed: () => (sealed += 1) });
    await write(store, 2_300, 0);
    await sleep(settling);
    expect((await sizes(store)).at(-1)).toBe(2_300);
    const soFar = await sizes(store);
    await sleep(3 * sealMs);
    expect(await sizes(store)).toEqual(soFar);
    await write(store, 1, 2_300);
    await sleep(sealMs);
    sealer.stop();
    expect(await sizes(store)).toEqual([...soFar, 2_301]);
    expect(sealed).toBe(soFar.length + 1);
    // The witness is to hear of each root, once.
    expect(await waiting(store)).toHaveLength(sealed);
    await write(store, 1, 2_301);
    await sleep(3 * sealMs);
    expect((await sizes(store)).at(-1)).toBe(2_301);
  }));

test('two who seal at once, and one who comes after a crash, leave one log in order', () =>
  alone({ sealMs }, async ({ outside: { store, signer } }, { sleep, truth }) => {
    const make = () => createSealer(store, signer, { sealMs, onSealed: () => {} });
    let sealers = [make(), make()];
    for (let round = 0; round < 6; round += 1) {
      await write(store, 1 + 3 * round, 100 * round);
      await sleep(settling);
      if (round % 2 === 0) continue;
      for (const sealer of sealers) sealer.stop();
      sealers = [make(), make()];
    }
    const all = await sizes(store);
    expect(all).toEqual([1, 5, 12, 22, 35, 51]);
    const log = await exportLog(store, signer, logOrigin);
    const published = (await waiting(store)).map(({ payload }) => rootSchema.parse(payload));
    expect(
      verifyLog(log.bytes, { ...log, published, publicKey: truth.publicKey }).problems,
    ).toEqual([]);
    for (const sealer of sealers) sealer.stop();
  }));
