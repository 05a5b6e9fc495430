import { join } from 'node:path';
import { bundleModule, compressed } from '@firedrill/core/page';
import { expect, test } from 'vitest';
import { clientFolder } from '../src/page/assets.ts';

/** What the page itself is, without its editor, the charts and the ships: a few KB. */
const mostFirstBytes = 4_000;

test('the page is loaded without its editor', async () => {
  const { first, files } = await bundleModule(join(clientFolder, 'main.ts'));
  const texts = first.map((name) => files.get(name) ?? '');
  const bytes = texts.reduce((sum, text) => sum + compressed(text).length, 0);
  expect(bytes).toBeLessThan(mostFirstBytes);
  expect(bytes).toBeGreaterThan(1_000);
  expect([...files.values()].some((text) => text.includes('cm-content'))).toBe(true);
  expect(texts.join('')).not.toContain('cm-content');
});
