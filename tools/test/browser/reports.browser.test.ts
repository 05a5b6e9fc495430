import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { launch } from '@firedrill/core/browser-testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/run-command.ts';
import { root } from '../../src/workspace.ts';
import { triedScenarios } from './browser-sample.ts';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'firedrill-reports-'));
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/**
 * Opens a file from the disk, and waits for the run with this hash.
 *
 * @returns what it asked for that does not stand in itself, and what it complained of
 */
async function opened(file: string, hash: string, address = '') {
  const page = await browser.newPage();
  try {
    const url = pathToFileURL(file).href;
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('blob:')) asked.push(request.url());
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${url}${address}`);
    await expect
      .poll(() => page.textContent('#status'), { timeout: 300_000 })
      .toContain(`Hash ${hash.slice(0, 16)}`);
    return { asked, complaints };
  } finally {
    await page.close();
  }
}

const nothing = { asked: [], complaints: [] };

describe('the reports', () => {
  it.each(triedScenarios())(
    'of %s, %s, are small, show the run from a disk and ask for nothing; the live one runs it again',
    async (example, scenario) => {
      const file = join(folder, `${example}-${scenario}.html`);
      const live = join(folder, `${example}-${scenario}-live.html`);
      const { stdout } = await runCommand(process.execPath, [
        join(root, 'examples', example, 'src/main.ts'),
        '--json',
        '--no-proof',
        `--report=${file}`,
        `--report-live=${live}`,
        ...(scenario === 'story' ? [] : [`--scenario=${scenario}`]),
      ]);
      const hash =
        /"hash":"([0-9a-f]{64})"/.exec(stdout.trimEnd().split('\n').at(-1) ?? '')?.[1] ?? 'none';
      expect((await stat(file)).size).toBeLessThan(500_000);
      expect((await stat(live)).size).toBeLessThan(1_000_000);
      expect(await opened(file, hash)).toEqual(nothing);
      expect(await opened(live, hash)).toEqual(nothing);
      const address = new URLSearchParams({ example, scenario, seed: '1' });
      expect(await opened(live, hash, `#${address.toString()}`)).toEqual(nothing);
    },
  );
});
