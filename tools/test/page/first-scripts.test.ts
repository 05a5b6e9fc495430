import { join } from 'node:path';
import { compressed, firstScripts } from '@firedrill/core/page';
import { expect, it } from 'vitest';
import { exampleNames, root } from '../../src/workspace.ts';

/** What a phone on a slow network loads in some seconds. */
const mostBytes = 350_000;

it.each(exampleNames())(
  'the page of %s loads at most 350 KB of compressed script before its first run',
  async (example) => {
    const scripts = await firstScripts(join(root, 'examples', example, 'src/example.ts'));
    const bytes = scripts.reduce((sum, script) => sum + compressed(script).length, 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(mostBytes);
  },
);
