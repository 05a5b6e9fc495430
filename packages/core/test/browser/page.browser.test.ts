import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pageAssets } from '../../src/page/page-assets.ts';
import { type RunningServer, startServer } from '../../src/page/index.ts';
import { paymentRun } from '../../src/report/fixtures/payment-run.ts';
import { violations } from './axe.ts';
import { launch } from './launch.ts';

const kiosk = fileURLToPath(
  new URL('../../src/swarm-cli/fixture/examples/kiosk/src/example.ts', import.meta.url),
);

let browser: Browser;
let server: RunningServer;
const opened: Page[] = [];

beforeAll(async () => {
  server = await startServer(pageAssets(new Map([['kiosk', kiosk]])), { port: 0 });
  browser = await launch();
});

afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

interface Look {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

async function open(
  hash = '',
  { width = 1440, colorScheme = 'light' }: Look = {},
): Promise<{ page: Page; complaints: string[]; elsewhere: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  opened.push(page);
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) elsewhere.push(request.url());
  });
  await page.goto(`${server.url}#${hash}`);
  return { page, complaints, elsewhere };
}

const ended = (page: Page) => expect.poll(() => page.textContent('#status')).toMatch(/Hash|Failed/);

async function fault(page: Page, from: string, to: string): Promise<void> {
  await page.fill('#from', from);
  await page.fill('#to', to);
  await page.getByRole('button', { name: 'Break it, and run again' }).press('Enter');
}

/** What the slider of the clock says on its way (`input`), and where it is let go (`change`). */
const dragTo5s = (event: 'input' | 'change'): string => `{
  const slider = document.querySelector('#moment');
  slider.value = '5000';
  slider.dispatchEvent(new Event('${event}'));
}`;

/** Of each fault: its bar and how long it lasts, as shares of the axis, and px of its label beyond that. */
const drawnLanes = `[...document.querySelectorAll('#lanes li')].map((lane) => {
  const box = (selector) => lane.querySelector(selector).getBoundingClientRect();
  const axis = lane.getBoundingClientRect();
  return {
    drawn: box('.lane-window').width / axis.width,
    lasts: parseFloat(lane.style.getPropertyValue('--length')) / 100,
    out: box('.lane-label').right - axis.right,
  };
})`;

const file = (text: string) => ({
  name: 'run.ndjson',
  mimeType: 'application/x-ndjson',
  buffer: Buffer.from(text),
});

describe('the page', () => {
  it('runs what the address says, shows it, and asks nobody else', async () => {
    const { page, complaints, elsewhere } = await open('scenario=recovery&seed=3');
    await ended(page);
    expect(await page.textContent('#status')).toMatch(/as declared\. Hash [0-9a-f]{16}$/);
    expect(await page.locator('.ship').count()).toBeGreaterThan(0);
    expect(await page.locator('.checks tbody tr').count()).toBeGreaterThan(0);
    expect(await page.locator('.plot canvas').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it('moves its clock by the keyboard, and keeps the moment in the address', async () => {
    const { page } = await open('scenario=failure');
    await ended(page);
    const before = await page.textContent('#clock');
    await page.getByRole('button', { name: 'Forward 1 s' }).press('Enter');
    expect(await page.textContent('#clock')).not.toBe(before);
    expect(page.url()).toContain('at=1000');
    await page.locator('#moment').press('ArrowRight');
    expect(page.url()).toContain('at=2000');
    await page.getByRole('button', { name: 'Back 1 s' }).press(' ');
    expect(page.url()).toContain('at=1000');
  });

  it('shows each moment of a drag, and keeps the one where it ends', async () => {
    const { page } = await open('scenario=failure&at=1000');
    await ended(page);
    const before = await page.textContent('#clock');
    await page.evaluate(dragTo5s('input'));
    expect(await page.textContent('#clock')).not.toBe(before);
    expect(page.url()).toContain('at=1000');
    await page.evaluate(dragTo5s('change'));
    expect(page.url()).toContain('at=5000');
  });

  it('shows the one chart, whose clock goes by keys and by a click', async () => {
    const { page } = await open('scenario=recovery');
    await ended(page);
    expect(await page.locator('#overview-plot canvas').count()).toBe(1);
    expect(await page.locator('#overview-legend li').count()).toBe(2);
    expect(await page.locator('#verdicts article').allTextContents()).toEqual([
      expect.stringMatching(/^BROKEN /),
      expect.stringMatching(/^SURVIVED /),
    ]);
    await page.locator('#overview-plot').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(page.url()).toContain('at=1000');
    await page.keyboard.press('End');
    const end = await page.inputValue('#moment');
    await page.locator('#overview-plot .u-over').click({ position: { x: 40, y: 40 } });
    expect(Number(await page.inputValue('#moment'))).toBeLessThan(Number(end));
  });

  it('takes a window that is dragged on the axis, and keeps the run before as ghosts', async () => {
    const { page } = await open('scenario=recovery');
    await ended(page);
    const box = await page.locator('#overview-plot .u-over').boundingBox();
    if (box === null) throw new Error('The chart has no place.');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const seconds = async (id: string) =>
      Number((await page.inputValue(id)).replaceAll(/[+s]/g, ''));
    const [from, to] = [await seconds('#from'), await seconds('#to')];
    expect(from).toBeGreaterThan(0);
    expect(to / from).toBeCloseTo(2, 0);
    await page.selectOption('#kind', 'error');
    await page.getByRole('button', { name: 'Break it, and run again' }).press('Enter');
    await expect.poll(() => page.locator('#overview-legend .ghost').count()).toBe(1);
    await expect.poll(() => page.locator('#lanes li').count()).toBeGreaterThan(0);
  });

  it.each([1440, 390])('draws a fault as long as it lasts at %i px', async (width) => {
    const { page } = await open('scenario=recovery', { width });
    await ended(page);
    const lanes = await page.evaluate<{ drawn: number; lasts: number; out: number }[]>(drawnLanes);
    expect(lanes.length).toBeGreaterThan(0);
    for (const { drawn, lasts, out } of lanes) {
      expect(drawn).toBeCloseTo(lasts, 2);
      expect(out).toBeLessThanOrEqual(0.5);
    }
  });

  it('plays to the end, and can be stopped', async () => {
    const { page } = await open('scenario=failure');
    await ended(page);
    await page.selectOption('#speed', '300');
    await page.getByRole('button', { name: 'Play' }).press('Enter');
    await expect.poll(() => page.inputValue('#moment')).not.toBe('0');
    await expect.poll(() => page.textContent('#play')).toBe('Play');
    expect(await page.inputValue('#moment')).toBe(await page.getAttribute('#moment', 'max'));
  });

  it('offers a window within the run, and says where a script cannot be had', async () => {
    const { page } = await open('example=kiosk&scenario=recovery&seed=1');
    await ended(page);
    expect(await page.inputValue('#from')).toBe('+60s');
    expect(await page.inputValue('#to')).toBe('+120s');
    await page.route('**/worker/**', (route) => route.fulfill({ status: 500 }));
    await page.getByRole('button', { name: 'Run', exact: true }).press('Enter');
    await expect
      .poll(() => page.textContent('#status'))
      .toBe(
        'The script of kiosk could not be loaded. The terminal in which the page was started says why.',
      );
  });

  it('breaks something, runs again, and names what changed', async () => {
    const { page } = await open('scenario=recovery');
    await ended(page);
    expect(await page.locator('#changed').isVisible()).toBe(false);
    const service = await page.inputValue('#service');
    await page.selectOption('#kind', 'error');
    await fault(page, '+1s', '+30s');
    await expect.poll(() => page.locator('#changes li').count()).toBeGreaterThan(0);
    expect(decodeURIComponent(page.url())).toContain(`fault=${service}:error@+1s-+30s`);
    await page.getByRole('button', { name: /^Remove / }).press('Enter');
    await expect.poll(() => page.url()).not.toContain('fault=');
    await ended(page);
  });

  it('refuses a fault that cannot be with the words of the command line', async () => {
    const { page } = await open('scenario=failure');
    await ended(page);
    await fault(page, 'noon', '+30s');
    await expect.poll(() => page.textContent('#status')).toMatch(/noon/);
  });

  it('says what is wrong with an address', async () => {
    const { page } = await open('example=nothing');
    expect(await page.textContent('#status')).toMatch(/no example "nothing"\. Use one of kiosk/);
  });

  it('shows a saved record, and says where one cannot be read', async () => {
    const { page } = await open('scenario=failure');
    await ended(page);
    const lines = [...paymentRun()].map((record) => JSON.stringify(record)).join('\n');
    await page.setInputFiles('#file', file(lines));
    await expect.poll(() => page.textContent('#views h1')).toMatch(/Payment/);
    await page.setInputFiles('#file', file('{"type":"nonsense"}'));
    await expect.poll(() => page.textContent('#status')).toMatch(/line 1/);
  });

  it.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    'has nothing that axe finds at %i px, %s, and never scrolls sideways',
    async (width, colorScheme) => {
      const { page } = await open('scenario=recovery', { width, colorScheme });
      await ended(page);
      await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
      );
      const room = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(room)).toBe(0);
      expect(await violations(page)).toEqual([]);
    },
  );
});
