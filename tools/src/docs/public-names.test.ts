import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../workspace.ts';
import { bareNames, publishedRooms, readRooms } from './public-names.ts';

test('a public name without a docstring is named, with its file and line', () => {
  const folder = mkdtempSync(join(root, 'tools/node_modules/public-names-'));
  try {
    const exports = { './room': './room.ts' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'package', exports }));
    writeFileSync(
      join(folder, 'room.ts'),
      [
        '/** In ms. */',
        'export const told = 1;',
        'export const bare = 2;',
        '/** @param text only a tag */',
        'export function tagged(text: string): string {',
        '  return text;',
        '}',
      ].join('\n'),
    );
    const said = bareNames(readRooms(folder));
    expect(said).toEqual([
      expect.stringMatching(/room\.ts:3: bare of package\/room has no docstring\./),
      expect.stringMatching(/room\.ts:5: tagged of package\/room has no docstring\./),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every subpath that is published is read, and none that only this repository has', () => {
  const folder = join(root, 'packages/core');
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own
  const { publishConfig } = JSON.parse(text) as {
    readonly publishConfig: { readonly exports: Readonly<Record<string, unknown>> };
  };
  const withoutNames = new Set(['./package.json', './compile-cache']);
  const published = Object.keys(publishConfig.exports).filter((one) => !withoutNames.has(one));
  const read = publishedRooms(folder).map(
    ({ specifier }) => `.${specifier.slice('@firedrill/core'.length)}`,
  );
  expect(read.toSorted()).toEqual(published.toSorted());
});
