import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '@firedrill/core/browser-testing';
import { type Serving, startServing } from '../../src/serve/start.ts';

let browser: Browser;
let serving: Serving;
const opened: Page[] = [];
let rooms = 0;

beforeAll(async () => {
  browser = await launch();
  serving = await startServing({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser.close();
  await serving.stop();
});

/** Each test has a canvas of its own. */
const newRoom = (): string => {
  rooms += 1;
  return `room-${rooms}`;
};

/** A window of its own: another person, with another storage. */
async function open(room: string, flags = ''): Promise<Page & { complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  const page = await context.newPage();
  opened.push(page);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${serving.url}?room=${room}${flags}`);
  await page.locator('body[data-state=online]').waitFor();
  return Object.assign(page, { complaints });
}

async function putUp(page: Page, text: string, x = 200, y = 150): Promise<void> {
  await page.locator('#board').dblclick({ position: { x, y } });
  await page.keyboard.type(text);
  await expect.poll(() => texts(page)).toContain(text);
}

/** All texts on a board, in the order of the alphabet. */
const texts = (page: Page): Promise<string[]> =>
  page.evaluate("[...document.querySelectorAll('.note textarea')].map((t) => t.value).toSorted()");

/** Waits until a page shows these texts; fails with what it shows instead. */
const expectTexts = (page: Page, expected: readonly string[]): Promise<void> =>
  expect.poll(() => texts(page)).toEqual(expected);

const confirmed = (page: Page): Promise<void> =>
  expect.poll(() => page.locator('#status').textContent()).toBe('connected');

/** Where the only note is. */
const place = (page: Page): Promise<string> =>
  page.evaluate("(({ left, top }) => left + ' ' + top)(document.querySelector('.note').style)");

describe('two windows', () => {
  test('show the same notes, wherever they were written', async () => {
    const room = newRoom();
    const [ada, bruno] = [await open(room), await open(room)];
    await putUp(ada, 'from Ada');
    await expectTexts(bruno, ['from Ada']);
    await putUp(bruno, 'from Bruno', 500, 300);
    for (const page of [ada, bruno]) await expectTexts(page, ['from Ada', 'from Bruno']);
    expect([...ada.complaints, ...bruno.complaints]).toEqual([]);
  });

  test('show a note where it was dragged to', async () => {
    const room = newRoom();
    const [ada, bruno] = [await open(room), await open(room)];
    await putUp(ada, 'here');
    await expectTexts(bruno, ['here']);
    const grip = ada.locator('.note .grip');
    const box = await grip.boundingBox();
    if (box === null) throw new Error('the note is not on the page');
    await ada.mouse.move(box.x + 5, box.y + 5);
    await ada.mouse.down();
    await ada.mouse.move(box.x + 155, box.y + 105, { steps: 5 });
    await ada.mouse.up();
    const dropped = await place(ada);
    // Places on the page are fractions of a pixel, those on the canvas are whole.
    expect(dropped).toMatch(/^(349|350|351)px (249|250|251)px$/);
    await expect.poll(() => place(bruno)).toBe(dropped);
  });

  test('arrive at the same after both have worked without a connection', async () => {
    const room = newRoom();
    const [ada, bruno] = [await open(room), await open(room)];
    await putUp(ada, 'before');
    await expectTexts(bruno, ['before']);
    for (const page of [ada, bruno]) await page.locator('#network').click();
    await putUp(ada, 'Ada offline', 500, 300);
    await putUp(bruno, 'Bruno offline', 800, 300);
    await bruno.locator('.note textarea').first().fill('changed by Bruno');
    await expect.poll(() => ada.locator('#status').textContent()).toContain('to be confirmed');
    await expectTexts(ada, ['Ada offline', 'before']);
    for (const page of [ada, bruno]) await page.locator('#network').click();
    for (const page of [ada, bruno]) {
      await expectTexts(page, ['Ada offline', 'Bruno offline', 'changed by Bruno']);
      await confirmed(page);
    }
  });

  test('show each other’s cursors move, with names, and not their own', async () => {
    const room = newRoom();
    const [ada, bruno] = [await open(room), await open(room)];
    await ada.locator('#name').fill('Ada');
    await ada.locator('#board').hover({ position: { x: 300, y: 200 } });
    const cursor = bruno.locator('.cursor');
    await expect.poll(() => cursor.textContent()).toBe('Ada');
    await ada.waitForTimeout(150);
    await ada.locator('#board').hover({ position: { x: 640, y: 210 } });
    const style = (): Promise<string | null> => cursor.getAttribute('style');
    await expect.poll(style).toContain('left: 640px');
    expect(await ada.locator('.cursor').count()).toBe(0);
    await ada.context().close();
    opened.splice(opened.indexOf(ada), 1);
    await expect.poll(() => cursor.count()).toBe(0);
  });
});

describe('roles', () => {
  test('a viewer sees what is on the board, no drafts, and can change nothing', async () => {
    const room = newRoom();
    const [ada, viewer] = [await open(room), await open(room, '&role=viewer')];
    await putUp(ada, 'for all');
    await ada.locator('#draft').check();
    await putUp(ada, 'for editors', 500, 300);
    await expectTexts(viewer, ['for all']);
    await viewer.locator('#board').dblclick({ position: { x: 700, y: 500 } });
    await expect(viewer.locator('.note textarea').getAttribute('readonly')).resolves.toBe('');
    expect(await viewer.locator('.note').count()).toBe(1);
    await ada.locator('.note[data-layer=drafts] .publish').click();
    await expectTexts(viewer, ['for all', 'for editors']);
    expect(await viewer.locator('#role').textContent()).toBe('viewer');
  });

  test('an admin takes rights away, and the window that loses them knows at once', async () => {
    const room = newRoom();
    const [admin, bruno] = [await open(room), await open(room)];
    await putUp(bruno, 'kept');
    await expectTexts(admin, ['kept']);
    await admin.locator('#people button', { hasText: 'only watch' }).click();
    await expect.poll(() => bruno.locator('#role').textContent()).toBe('viewer');
    await expectTexts(bruno, ['kept']);
    await admin.locator('#people button', { hasText: 'remove' }).click();
    await expect.poll(() => bruno.locator('#role').textContent()).toBe('no access');
  });
});

test('a window that is loaded again is the same person and shows what was there', async () => {
  const room = newRoom();
  const ada = await open(room);
  await putUp(ada, 'still here');
  await confirmed(ada);
  await ada.reload();
  await expectTexts(ada, ['still here']);
  expect(await ada.locator('#role').textContent()).toBe('admin');
});

test('everything comes from the server itself', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  opened.push(page);
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  await page.goto(serving.url);
  await page.locator('body[data-state=online]').waitFor();
  hosts.delete('');
  expect([...hosts]).toEqual([new URL(serving.url).host]);
});
