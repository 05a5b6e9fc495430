import { randomBytes } from 'node:crypto';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { test } from 'vitest';
import type { Request } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { createGrowingTree, leafHash } from '../src/log/merkle-tree.ts';
import { createSigner, createVerifier } from '../src/log/signing.ts';

/**
 * What a hundred accesses cost the processor, all five implementations on the same accesses in virtual
 * time: waiting costs nothing here, so the differences are their own work.
 */
const accesses = 100;

const access = (number: number): Request => ({
  kind: 'read',
  requestId: `request-${number}`,
  staffId: 'physician-north-1',
  patientId: `patient-${String(4 * number + 1).padStart(4, '0')}`,
  purpose: 'treatment',
});

test('a hundred accesses, all at once, until the auditors have their entries', async ({
  bench,
}) => {
  const [first, ...others] = example.implementations.map(({ name }) =>
    bench(name, async () => {
      await accessAtOnce(name);
    }),
  );
  if (first === undefined) throw new Error('There is no implementation to measure.');
  await bench.compare(first, ...others, { iterations: 10, time: 500 });
});

const accessAtOnce = (implementation: string): Promise<void> =>
  simulateSystem(
    example,
    { implementation, settings: { connections: 100 } },
    async ({ system, sleep }) => {
      const staff = Array.from({ length: accesses }, (_, number) => system.handle(access(number)));
      await Promise.allSettled(staff);
      await sleep(20_000);
    },
  );

const lines = Array.from({ length: 1_000 }, () => randomBytes(250));
const signer = createSigner(randomBytes(32));

test('a thousand entries of the log', async ({ bench }) => {
  const seal = bench('hashed into the tree, with one root signed', () => {
    const tree = createGrowingTree();
    for (const line of lines) tree.add(leafHash(line));
    signer.sign(tree.root().toString('hex'));
  });
  const verify = createVerifier(signer.publicKey);
  const signature = signer.sign(String(lines.length));
  const verifyEach = bench('each verified by a signature of its own', () => {
    for (const _ of lines) verify(String(lines.length), signature);
  });
  await bench.compare(seal, verifyEach, { iterations: 10, time: 500 });
});
