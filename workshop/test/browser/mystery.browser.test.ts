import { launch, Received, violations } from '@firedrill/core/browser-testing';
import { type RunningServer, startServer } from '@firedrill/core/page';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Game } from '../../src/mystery/game.ts';
import { openNumber, type OpenedNumber } from '../../src/mystery/open-number.ts';
import { mysteryAssets } from '../../src/mystery/page/assets.ts';
import { mysteryDoor } from '../../src/mystery/page/door.ts';
import { Table } from '../../src/mystery/table.ts';

/** The audit sink is slow and hangs; faults of other services are beside the point. */
const number = 10;
const looks = [
  [1440, 'light'],
  [1440, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

let browser: Browser;
let opened: OpenedNumber;
let server: RunningServer;
let page: Page;
let received: Received;
let complaints: string[];

beforeAll(async () => {
  browser = await launch();
  opened = await openNumber(number);
});
beforeEach(async () => {
  const { evidence, truth, tryRemedy } = opened;
  const game = new Game(evidence, tryRemedy);
  const table = new Table({ name: String(number), game, evidence, hidden: truth });
  server = await startServer(mysteryAssets(table), { port: 0, take: mysteryDoor(table) });
});
afterEach(async () => {
  await received.stop();
  await page.context().close();
  await server.stop();
});
afterAll(async () => {
  await browser.close();
  await opened.close();
});

async function open(width = 1440, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  page = await context.newPage();
  received = new Received(page);
  complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.url);
  await expect.poll(() => page.locator('.ship').count()).toBe(1);
}

/** Everything that was sent to the browser. */
async function sent(): Promise<string> {
  const answers = await received.all();
  return answers.map(({ headers, body }) => JSON.stringify(headers) + body).join('\n');
}

/** Asks by the keyboard alone. */
async function ask(question: string, about?: string): Promise<void> {
  const answers = page.locator('#answers article');
  const before = await answers.count();
  await page.selectOption('#question', question);
  if (about !== undefined) await page.selectOption('#subject', about);
  await page.getByRole('button', { name: /^Ask/ }).press('Enter');
  await expect.poll(() => answers.count()).toBe(before + 1);
}

async function name(kind: string, place: string, from: string, to: string): Promise<void> {
  await page.selectOption('#kind', kind);
  await page.selectOption('#place', place);
  await page.fill('#from', from);
  await page.fill('#to', to);
  await page.getByRole('button', { name: 'Note it' }).press('Enter');
  await expect.poll(() => page.textContent('#noted')).toMatch(/^Named/);
}

const end = async (): Promise<void> => {
  await page.getByRole('button', { name: /^End/ }).press('Enter');
  await expect.poll(() => page.locator('#told').isVisible()).toBe(true);
};

describe('the page of a mystery', () => {
  it('shows what broke, draws what is asked for, and tells how near the group was', async () => {
    await open();
    expect(await page.locator('#signs li').count()).toBe(opened.evidence.signs.length);
    expect(await page.locator('#series option').count()).toBe(1);
    const { name: another = '' } = opened.evidence.metrics.at(-1) ?? {};
    await ask('metric', another);
    await expect.poll(() => page.inputValue('#series')).toBe(another);
    await ask('state', 'audit');
    expect(await page.locator('.part b').allTextContents()).toEqual(['audit']);
    await ask('logs', 'audit');
    await ask('remedy', 'hardened');
    expect(await page.locator('#answers article').first().textContent()).toMatch(
      /the signs are gone/,
    );
    await name('hang', 'audit', '08:01:34', '08:03:56');
    await end();
    expect(await page.textContent('#verdict')).toMatch(
      /100 of 100, after 4 questions and 30 minutes/,
    );
    expect(await page.locator('#ask').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('sends nothing of the cause before the end', async () => {
    await open();
    for (const [question, about] of [
      ['metric'],
      ['state', 'audit'],
      ['logs', 'audit'],
      ['errors'],
      ['setting'],
      ['calm'],
      ['compare', 'hardened'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      await ask(question, about);
    }
    await name('error', 'visitors', '08:01:00', '08:02:00');
    const { cause, parts, beside, proof, replay } = opened.truth;
    const hidden = [
      cause,
      replay,
      ...parts.map(({ label }) => label),
      ...beside,
      ...proof,
      ...replay.split(' ').filter((word) => /^--(?:seed|fault|load)=/.test(word)),
      / --seed=(\d+)/.exec(replay)?.[1] ?? 'no seed',
    ];
    expect(hidden.length).toBeGreaterThan(10);
    const before = await sent();
    expect(hidden.filter((text) => before.includes(text))).toEqual([]);
    await end();
    // So that it is known to be seen when it is there.
    const after = await sent();
    expect([cause, replay].filter((text) => !after.includes(text))).toEqual([]);
  });

  it('says what cannot be, and takes nothing for it', async () => {
    await open();
    await page.fill('#from', '09:00:00');
    await page.fill('#to', '09:01:00');
    await page.getByRole('button', { name: 'Note it' }).press('Enter');
    await expect.poll(() => page.textContent('#status')).toMatch(/no time of the incident/);
    expect(await page.textContent('#spent')).toBe('0 minutes of the incident, 0 questions');
  });

  it.each(looks)('has nothing that axe finds at %i px, %s', async (width, colorScheme) => {
    await open(width, colorScheme);
    await ask('logs', 'audit');
    await ask('state', 'audit');
    const room = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(room)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await end();
    expect(await page.evaluate(room)).toBe(0);
    expect(await violations(page)).toEqual([]);
  });
});
