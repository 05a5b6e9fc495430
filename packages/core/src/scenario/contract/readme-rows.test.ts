import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingRows } from './readme-rows.ts';

test('rows are looked for cell by cell, however wide the columns are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-rows-'));
  const document = join(folder, 'README.md');
  writeFileSync(document, '| name   | lost  |\n| ------ | ----- |\n| hooks  | 1,163 |\n');
  try {
    expect(missingRows(document, [['hooks', 1_163], ['hooks', 163], ['hook']])).toEqual([
      '| hooks | 163 |',
      '| hook |',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
