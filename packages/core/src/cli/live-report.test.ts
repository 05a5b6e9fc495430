import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { workerForReport } from './live-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'firedrill-live-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('an example that imports what a browser does not have is refused with its line', async () => {
  const source =
    "import { readFileSync } from 'node:fs';\nexport const example = { readFileSync };\n";
  writeFileSync(join(folder, 'example.ts'), source);
  await expect(workerForReport('run.html', join(folder, 'main.ts'))).rejects.toThrow(
    /^Failed to read --report-live=run\.html: the example cannot go into a browser \(\S+example\.ts:1:\d+: .*"node:fs"\)\. Use --report/,
  );
});

test('a program without an example beside it is refused', async () => {
  const elsewhere = join(folder, 'nowhere');
  await expect(workerForReport('run.html', join(elsewhere, 'main.ts'))).rejects.toThrow(
    `Failed to read --report-live=run.html: there is no example.ts in ${elsewhere}. Use --report`,
  );
});
