import { expect, test } from 'vitest';
import { newDataKey } from '../src/implementations/hardened/encryption.ts';
import { createKeyring } from '../src/implementations/hardened/keyring.ts';
import type { Outside } from '../src/system.ts';
import { alone } from './alone.ts';

const limits = { timeoutMs: 1_000 };

/** The vault, and how often it was asked to open a key. */
function counted(outside: Outside) {
  let calls = 0;
  const { kms } = outside;
  const unwrap: typeof kms.unwrap = (...args) => {
    calls += 1;
    return kms.unwrap(...args);
  };
  return { outside: { ...outside, kms: { ...kms, unwrap } }, calls: () => calls };
}

async function wrapped({ kms }: Outside, dataKeys: readonly string[], patientId = 'patient-0001') {
  const keys = dataKeys.map((dataKey) => ({ patientId, dataKey }));
  return (await kms.wrap({ keys }, limits)).wrapped;
}

const hexOf = (key: ReturnType<typeof newDataKey>): string => key.export().toString('hex');

test('a key is asked of the vault once, and again when it was wrapped anew', () =>
  alone({}, async ({ outside }) => {
    const vault = counted(outside);
    const keyring = createKeyring(vault.outside);
    const [one, other] = [hexOf(newDataKey()), hexOf(newDataKey())];
    const keys = await wrapped(outside, [one, other]);
    for (let round = 0; round < 3; round += 1) {
      for (const [place, key] of keys.entries()) {
        expect(hexOf(await keyring.open('patient-0001', key))).toBe([one, other][place]);
      }
    }
    expect(vault.calls()).toBe(2);
    await outside.kms.rotate({ from: 1 }, limits);
    const [key] = keys;
    if (key === undefined) throw new Error('There is no key.');
    const anew = await outside.kms.rewrap({ patientId: 'patient-0001', key }, limits);
    expect(hexOf(await keyring.open('patient-0001', anew))).toBe(one);
    expect(vault.calls()).toBe(3);
  }));

test('a keyring holds the two thousand newest keys, and no more', () =>
  alone({}, async ({ outside }) => {
    const vault = counted(outside);
    const keyring = createKeyring(vault.outside);
    const dataKey = hexOf(newDataKey());
    const keys = await wrapped(
      outside,
      Array.from({ length: 2_001 }, () => dataKey),
    );
    for (const key of keys) await keyring.open('patient-0001', key);
    for (const key of keys.slice(1)) await keyring.open('patient-0001', key);
    expect(vault.calls()).toBe(2_001);
    for (const key of keys.slice(0, 1)) await keyring.open('patient-0001', key);
    expect(vault.calls()).toBe(2_002);
  }));
