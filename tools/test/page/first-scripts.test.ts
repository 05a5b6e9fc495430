import { join } from 'node:path';
import { compressed, firstScripts } from '@firedrill/core/page';
import { expect, it } from 'vitest';
import { exampleNames, root } from '../../src/workspace.ts';

/** What a phone on a slow network loads in some seconds. Audit brings ciphers, signatures and time zones along. */
const mostBytesOf = (example: string): number =>
  example === 'audit-compliance' ? 400_000 : 350_000;

it.each(exampleNames())(
  'the page of %s loads little compressed script before its first run',
  async (example) => {
    const scripts = await firstScripts(join(root, 'examples', example, 'src/example.ts'));
    const bytes = scripts.reduce((sum, script) => sum + compressed(script).length, 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(mostBytesOf(example));
  },
);
