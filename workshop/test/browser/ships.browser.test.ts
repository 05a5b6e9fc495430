import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, Received, violations } from '@firedrill/core/browser-testing';
import { type RunningServer, startServer } from '@firedrill/core/page';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { besideShips, createBaselines } from '../../src/baselines.ts';
import { root, twinFile } from '../../src/incidents.ts';
import { judgeFile, type Judgement } from '../../src/judge-file.ts';
import { workshopAssets } from '../../src/page/assets.ts';
import { type Board, createBoard } from '../../src/page/board.ts';
import { openProgress } from '../../src/progress.ts';
import { Stages } from '../../src/stage.ts';

const place = { incident: 'payment-processing', exercise: '2-freeze' };
const looks = [
  [1440, 'light'],
  [1440, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

const stages = new Stages();
const board: Board = createBoard({
  fileOf: (each) => twinFile(each, 'problem'),
  progress: openProgress(join(root, '.state', 'ships', 'progress.json')),
});
let browser: Browser;
let server: RunningServer;
let saved: Judgement;
const opened: { page: Page; records: Received }[] = [];

const save = (file: string): Promise<Judgement> =>
  judgeFile(place, {
    file,
    stages,
    seed: 1,
    unseen: [],
    checksTypes: false,
    onChange: (now) => board.show(now),
  });

beforeAll(async () => {
  server = await startServer(workshopAssets(board), { port: 0 });
  browser = await launch();
  await board.open(place);
  const baselines = createBaselines(stages);
  const { signal } = new AbortController();
  for (const ship of besideShips) {
    // oxlint-disable-next-line no-await-in-loop -- as in a session
    board.compare(place, ship, await baselines.of(place, ship, signal));
  }
  await save(twinFile(place, 'problem'));
  saved = await save(twinFile(place, 'solution'));
});

afterEach(async () => {
  for (const { page, records } of opened.splice(0)) {
    await records.stop();
    await page.context().close();
  }
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  await stages.close();
});

async function open(
  width = 1440,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<{ page: Page; complaints: string[]; records: Received }> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  const records = new Received(page, (url) => url.includes('/ships/'));
  opened.push({ page, records });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.url);
  await expect.poll(() => page.locator('.ship').count()).toBe(3);
  return { page, complaints, records };
}

const hashOf = (record: string): string => createHash('sha256').update(`${record}\n`).digest('hex');

describe('the page of the workshop', () => {
  it('shows the ship that was judged between the broken and the repaired one, from their very records', async () => {
    const { page, complaints, records } = await open();
    expect(await page.locator('.ship h3').allTextContents()).toEqual([
      'broken',
      'yours',
      'repaired',
    ]);
    const { ships } = board.state();
    expect(ships.yours).toBe(saved.verdict?.hash);
    const received = await records.all();
    expect(new Set(received.map(({ url }) => url.split('/').at(-1)))).toEqual(
      new Set(Object.values(ships)),
    );
    for (const { url, body } of received) expect(url.split('/').at(-1)).toBe(hashOf(body));
    expect(complaints).toEqual([]);
  });

  it('moves all ships by one clock, with the keyboard', async () => {
    const { page } = await open();
    await page.locator('#overview-plot').focus();
    await page.keyboard.press('Home');
    const pools = () =>
      page
        .locator('.part.pool .figure')
        .evaluateAll((found) => found.map((one) => one.textContent));
    expect(await pools()).toEqual(['0', '0', '0']);
    for (let minute = 0; minute < 20; minute += 1) await page.keyboard.press('PageUp');
    expect(await page.textContent('#clock')).toBe('14:20:00');
    const [broken = '', yours = ''] = await pools();
    expect(broken).toMatch(/^25 of 25, \d+ wait$/);
    expect(yours).not.toMatch(/wait/);
    await page.getByRole('button', { name: 'Forward 1 s' }).press('Enter');
    expect(await page.textContent('#clock')).toBe('14:20:01');
    await page.locator('#moment').press('ArrowLeft');
    expect(await page.textContent('#clock')).toBe('14:20:00');
  });

  it('names what changed against the last save, and draws it as a ghost', async () => {
    const { page } = await open();
    await expect.poll(() => page.locator('#overview-legend .ghost').count()).toBe(1);
    expect(await page.locator('#changes li').allTextContents()).toContainEqual(
      expect.stringMatching(/^yours: who can pay, paid 100 %, and was /),
    );
  });

  it.each(looks)('has nothing that axe finds at %i px, %s', async (width, colorScheme) => {
    const { page } = await open(width, colorScheme);
    await page.evaluate(
      "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
    );
    const room = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(room)).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  it.each([1440, 390])('breaks names in boxes between words alone, at %i px', async (width) => {
    const { page } = await open(width);
    const broken = `[...document.querySelectorAll('.part b')].flatMap((name) => {
      const range = document.createRange();
      range.selectNodeContents(name);
      const words = name.textContent.split('-').length;
      return range.getClientRects().length > words ? [name.textContent] : [];
    })`;
    expect(await page.evaluate(broken)).toEqual([]);
    const beyond = `[...document.querySelectorAll('.system')].map((system) => system.scrollWidth - system.clientWidth)`;
    expect(await page.evaluate(beyond)).toEqual([0, 0, 0]);
  });

  it('keeps the moment over a save, and says when the run is the same', async () => {
    const { page } = await open();
    await page.locator('#overview-plot').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('PageUp');
    await save(twinFile(place, 'solution'));
    await expect.poll(() => page.textContent('#ships-said')).toMatch(/the same to the byte/);
    expect(await page.textContent('#clock')).toBe('14:01:00');
    expect(await page.locator('#changes li').count()).toBe(0);
  });

  it('says when there is no ship of a system that did not run to its end', async () => {
    const folder = join(root, '.state', 'ships');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'nothing.ts');
    writeFileSync(file, 'export const other = 1;\n');
    const { page } = await open();
    await save(file);
    await expect.poll(() => page.textContent('#ships-said')).toMatch(/did not run to its end/);
    expect(await page.locator('.ship h3').allTextContents()).toEqual(['broken', 'repaired']);
  });
});
