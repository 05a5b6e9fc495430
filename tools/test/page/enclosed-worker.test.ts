import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { enclosedWorker } from '@firedrill/core/page';
import { expect, it } from 'vitest';
import { exampleNames, root } from '../../src/workspace.ts';

/** Half of the 1 MB of a file: the other half holds a report, whole. */
const mostBytes = 500_000;

it.each(exampleNames())(
  '--report-live of %s has room for a whole report beside its worker',
  async (example) => {
    const worker = await enclosedWorker(join(root, 'examples', example, 'src/example.ts'));
    const inFile = deflateRawSync(worker, { level: 9 }).toString('base64');
    expect(inFile.length).toBeGreaterThan(100_000);
    expect(inFile.length).toBeLessThan(mostBytes);
  },
);
