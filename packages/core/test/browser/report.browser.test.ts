import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { paymentRun } from '../../src/report/fixtures/payment-run.ts';
import { aboutPayments } from '../../src/page/fixtures/about-payments.ts';
import { runReport } from '../../src/page/index.ts';
import { violations } from './axe.ts';
import { launch } from './launch.ts';

const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

let browser: Browser;
let folder: string;
let url: string;
const opened: Page[] = [];

beforeAll(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'firedrill-report-'));
  const file = join(folder, 'run.html');
  await writeFile(file, await runReport([...paymentRun()], { origin: aboutPayments }));
  url = pathToFileURL(file).href;
});

afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** The page with everything that it asked for or complained about. */
async function open(options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: desktop, ...options });
  const page = await context.newPage();
  opened.push(page);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  if (options.javaScriptEnabled !== false) {
    await page.locator('#status', { hasText: 'Hash' }).waitFor();
  }
  return { page, requests, complaints };
}

/** How many different colours each chart's canvas holds. */
const inkOfCharts = `[...document.querySelectorAll('.plot canvas')].map((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colors = new Set();
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 200) colors.add(data[at] + ',' + data[at + 1] + ',' + data[at + 2]);
  }
  return colors.size;
})`;

const ticks = `[...document.querySelectorAll('.plot')].length`;
const horizontalRoom =
  'document.documentElement.scrollWidth - document.documentElement.clientWidth';

async function dragOver(page: Page, from: number, to: number): Promise<void> {
  const over = page.locator('#views .u-over').first();
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  if (box === null) throw new Error('the first chart is not on the page');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 4 });
  await page.mouse.up();
}

/** What the charts look like, to be compared. */
async function pictures(page: Page): Promise<string[]> {
  return page.evaluate(
    "[...document.querySelectorAll('.plot canvas')].map((canvas) => canvas.toDataURL())",
  );
}

describe('the report in a browser', () => {
  it('asks for nothing but itself and complains of nothing', async () => {
    const { requests, complaints } = await open();
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
  });

  it('draws every chart of every phase, dark and light', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open({ colorScheme });
      expect(await page.evaluate(ticks)).toBe(8);
      const inks: number[] = await page.evaluate(inkOfCharts);
      expect(inks).toHaveLength(8);
      for (const ink of inks) expect(ink).toBeGreaterThan(8);
    }
  });

  it('puts the phases beside each other on a desktop and below each other on a phone', async () => {
    const left =
      "[...document.querySelectorAll('.plot')].slice(0, 2).map((plot) => plot.getBoundingClientRect().left)";
    const wide: number[] = await (await open()).page.evaluate(left);
    const narrow: number[] = await (await open({ viewport: phone })).page.evaluate(left);
    expect(wide[1]).toBeGreaterThan((wide[0] ?? 0) + 300);
    expect(narrow[1]).toBe(narrow[0]);
  });

  it('never scrolls sideways, open tables included', async () => {
    for (const viewport of [desktop, phone, { width: 320, height: 600 }]) {
      const { page } = await open({ viewport });
      await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
      );
      expect(await page.evaluate(horizontalRoom)).toBe(0);
    }
  });

  it('zooms all charts by dragging over one, and back by a double click', async () => {
    const { page } = await open();
    const before = await pictures(page);
    await dragOver(page, 0.3, 0.6);
    await expect.poll(() => pictures(page)).not.toEqual(before);
    const zoomed = await pictures(page);
    for (const [index, picture] of zoomed.entries()) expect(picture).not.toBe(before[index]);
    await page.locator('#views .u-over').first().dblclick();
    await page.mouse.move(0, 0);
    await expect.poll(() => pictures(page)).toEqual(before);
  });

  it('zooms by its buttons, by the timeline and by the keyboard', async () => {
    const { page } = await open();
    const before = await pictures(page);
    const steps = [
      () => page.getByRole('button', { name: 'Zoom to the fault' }).click(),
      () => page.getByRole('button', { name: '14:18:00' }).first().click(),
      () => page.locator('.plot').first().press('+'),
    ];
    for (const zoom of steps) {
      await zoom();
      await expect.poll(() => pictures(page)).not.toEqual(before);
      await page.locator('.plot').first().press('0');
      await expect.poll(() => pictures(page)).toEqual(before);
    }
  });

  it('says what is under the cursor in both phases', async () => {
    const { page } = await open();
    const over = page.locator('#views .u-over').first();
    await over.scrollIntoViewIfNeeded();
    await over.hover();
    const readouts = page.locator('.readout');
    await expect.poll(() => readouts.nth(0).textContent()).toMatch(/^14:2\d:\d\d arrivals .* \/s/);
    const clock = (await readouts.nth(0).textContent())?.slice(0, 8);
    expect((await readouts.nth(1).textContent())?.slice(0, 8)).toBe(clock);
  });

  it('hides and shows a series in both phases', async () => {
    const { page } = await open();
    const before = await pictures(page);
    const button = page.getByRole('button', { name: 'completed' });
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await expect
      .poll(async () => (await pictures(page)).slice(0, 2))
      .not.toEqual(before.slice(0, 2));
    await button.click();
    await expect.poll(() => pictures(page)).toEqual(before);
  });

  it('copies the command that replays the run', async () => {
    const { page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('#views .copy').first().click();
    await expect
      .poll(() => page.evaluate('navigator.clipboard.readText()'))
      .toBe('pnpm --filter payment-processing start --scenario=recovery --seed=42');
  });

  it('reads in full without JavaScript, and shows no empty charts', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.getByText('Exit 0: every phase came out as declared.').isVisible()).toBe(
      true,
    );
    expect(await page.getByText('The charts need JavaScript').isVisible()).toBe(true);
    expect(await page.locator('.plot').first().isVisible()).toBe(false);
  });

  it('shows the systems under one clock, and gives the command where it would run again', async () => {
    const { page, complaints } = await open();
    expect(await page.locator('#verdicts article').count()).toBe(2);
    expect(await page.locator('.ship').count()).toBe(2);
    const before = await page.textContent('#clock');
    await page.getByRole('button', { name: 'Forward 1 s' }).press('Enter');
    expect(await page.textContent('#clock')).not.toBe(before);
    expect(await page.locator('#command').isVisible()).toBe(false);
    await page.fill('#seed', '7');
    await page.getByRole('button', { name: 'Show the command that breaks it' }).press('Enter');
    expect(await page.textContent('#command code')).toBe(
      'pnpm --filter payment-processing start -- --scenario=recovery --seed=7 --fault=webhooks:hang@+5m-+10m',
    );
    expect(complaints).toEqual([]);
  });

  it.each([
    [1440, 'light'],
    [390, 'dark'],
  ] as const)('has nothing that axe finds at %i px, %s', async (width, colorScheme) => {
    const { page } = await open({ viewport: { width, height: 844 }, colorScheme });
    await page.evaluate(
      "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
    );
    expect(await violations(page)).toEqual([]);
  });

  it('prints in light colours', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(251, 250, 248)',
    );
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(20, 21, 22)',
    );
  });
});
