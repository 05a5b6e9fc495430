import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { launch } from './launch.ts';

const program = fileURLToPath(new URL('../../src/cli/fixture/main.ts', import.meta.url));

let browser: Browser;
let folder: string;
let url: string;

const run = (...flags: readonly string[]) =>
  promisify(execFile)(process.execPath, [program, '--json', '--no-proof', ...flags], {
    maxBuffer: 64 * 1_024 * 1_024,
  });

/** As the last line of a run says it. */
const hashIn = (stdout: string): string => /"hash":"([0-9a-f]{16})/.exec(stdout)?.[1] ?? '';

beforeAll(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'firedrill-live-report-'));
  const file = join(folder, 'run.html');
  await run('--scenario=failure', '--seed=3', `--report-live=${file}`);
  url = pathToFileURL(file).href;
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

async function open(hash = '') {
  const page = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${url}${hash}`);
  await page.locator('#status', { hasText: 'Hash' }).waitFor();
  return { page, requests, complaints };
}

describe('a report that is live, opened from a disk', () => {
  it('is smaller than 1 MB', async () => {
    expect((await readFile(join(folder, 'run.html'))).length).toBeLessThan(1_000_000);
  });

  it('shows the run that was made, and runs the storm of another seed as Node does', async () => {
    const { page, requests, complaints } = await open();
    expect(await page.inputValue('#seed')).toBe('3');
    await page.fill('#seed', '7');
    await page.getByRole('button', { name: 'Run', exact: true }).press('Enter');
    const { stdout } = await run('--scenario=failure', '--seed=7');
    const hash = hashIn(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    await page.locator('#status', { hasText: `Hash ${hash}` }).waitFor();
    expect(page.url()).toContain('seed=7');
    expect(complaints).toEqual([]);
    expect(requests.filter((asked) => !asked.startsWith('blob:'))).toEqual([url]);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('runs what its address says: a link is a storm', async () => {
    const { page } = await open('#scenario=failure&seed=7');
    expect(await page.inputValue('#seed')).toBe('7');
    await page.close();
  });
});
