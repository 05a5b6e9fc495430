import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'audit-export-'));

function run(program: string, ...args: readonly string[]) {
  const path = join(import.meta.dirname, '../src/log', program);
  return spawnSync(process.execPath, [path, '--', ...args], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: folder },
  });
}

test('a workshop exports a log, verifies it, changes it, and sees where', () => {
  const exported = run('export.ts', 'log.ndjson', '--roots=roots.ndjson', '--requests=10000');
  expect(exported.status).toBe(0);
  const [key = ''] = /[0-9a-f]{64}/.exec(exported.stdout) ?? [];
  const check = ['log.ndjson', `--key=${key}`, '--roots=roots.ndjson'];
  expect(run('verify.ts', ...check)).toMatchObject({ status: 0 });

  const path = join(folder, 'log.ndjson');
  const lines = readFileSync(path, 'utf8').split('\n');
  const denied = lines.findIndex((line) => line.includes('"decision":"care-team"'));
  expect(denied).toBeGreaterThan(0);
  lines[denied] = lines[denied]?.replace('care-team', 'granted') ?? '';
  writeFileSync(path, lines.join('\n'));
  const { status, stdout } = run('verify.ts', ...check);
  expect(stdout).toMatch(new RegExp(`entry \\d+ in line ${denied + 1} was altered`));
  expect(status).toBe(1);
});

test('what cannot be exported is refused with exit code 2', () => {
  const wrongSeed = run('export.ts', 'log.ndjson', '--seed=x');
  expect(wrongSeed).toMatchObject({ status: 2 });
  expect(wrongSeed.stderr).toContain('use a whole number');
  const noRequests = run('export.ts', 'log.ndjson', '--requests=0');
  expect(noRequests).toMatchObject({ status: 2 });
  expect(noRequests.stderr).toContain('use a whole number of 1 or more');
  const noFile = run('export.ts');
  expect(noFile).toMatchObject({ status: 2 });
  expect(noFile.stderr).toContain('no file was named');
});
