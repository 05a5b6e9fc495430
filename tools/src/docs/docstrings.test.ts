import { expect, test } from 'vitest';
import { compileBlocks } from './compile-blocks.ts';
import { docstringsOf } from './docstrings.ts';

test('a block of code in a docstring that does not compile is named with file and line', async () => {
  const source = [
    'export const before = 1;',
    '/**',
    ' * Hooks.',
    ' *',
    ' * ```ts',
    " * import { createHooks } from '@firedrill/core/hooks';",
    ' * createHooks({ wokers: 2 });',
    ' * ```',
    ' */',
    'export const after = 2;',
  ].join('\n');
  const { blocks, faults } = await compileBlocks(new Map([['a.ts', docstringsOf(source)]]));
  expect(blocks).toBe(1);
  expect(faults).toEqual([expect.stringMatching(/^a\.ts:7: error TS2561: .*'wokers'/)]);
});
