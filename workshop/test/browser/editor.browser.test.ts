import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { launch, violations } from '@firedrill/core/browser-testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { idOf, ownFile, type Place, root, twinFile } from '../../src/incidents.ts';
import { openProgress } from '../../src/progress.ts';
import { type Session, startSession } from '../../src/session.ts';

const place: Place = { incident: 'payment-processing', exercise: '1-one-charge' };
const id = idOf(place);
const solution = readFileSync(twinFile(place, 'solution'), 'utf8');
const skeleton = readFileSync(twinFile(place, 'problem'), 'utf8');
/** Below the workshop, so that what the file imports is found. */
const folder = join(root, '.state', `page-test-${process.pid}`);
const file = ownFile(place, folder);

let browser: Browser;
let session: Session;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  mkdirSync(folder, { recursive: true });
  session = await startSession({
    flags: { unseen: 2, seed: 1, solutions: false, port: 0, listen: false },
    folder,
    progress: openProgress(join(folder, 'progress.json')),
  });
});

afterEach(async () => {
  await page.context().close();
  await session.stop();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

interface Look {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** Opens the page, and the file in it. */
async function open({ width = 1440, colorScheme = 'light' }: Look = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  page = await context.newPage();
  complaints = [];
  // What a refused save writes there is the browser's own word for the status.
  page.on('console', (message) => {
    if (!message.text().includes('409')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(session.url);
  await expect.poll(() => button('Edit it here').isEnabled()).toBe(true);
  await button('Edit it here').press('Enter');
  await content().waitFor();
}

const content = () => page.locator('.cm-content');
const onDisk = (): string => readFileSync(file, 'utf8');
const save = (): Promise<void> => page.keyboard.press('ControlOrMeta+s');
const button = (name: string) => page.getByRole('button', { name });

async function write(text: string): Promise<void> {
  await content().focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

const verdict = (said: RegExp) => expect.poll(() => page.textContent('#state')).toMatch(said);
const told = (said: string | RegExp) =>
  expect.poll(() => page.textContent('#file .status')).toMatch(said);
const shown = (text: string) =>
  expect.poll(() => content().evaluate((each) => each.textContent)).toContain(text);

/** What is wider than the window. */
const tooWide = (): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

describe('the editor of the page', () => {
  test('is enough to solve an exercise, with the keyboard alone', async () => {
    await open();
    await verdict(/^Not yet\./);
    await write(solution);
    await save();
    await verdict(/^Passed\./);
    expect(onDisk()).toBe(solution);
    await button('Next: payment-processing/2-freeze').press('Enter');
    await expect.poll(() => page.textContent('#id')).toBe('payment-processing/2-freeze');
    expect(await content().getAttribute('aria-label')).toBe(
      'Your file payment-processing/2-freeze.ts',
    );
    await expect.poll(() => page.locator('#exercise option').first().textContent()).toBe(`✓ ${id}`);
    expect(complaints).toEqual([]);
  });

  test('shows what the compiler and the run have found, at its line', async () => {
    await open();
    await write(`${skeleton}\nexport const wrong: number = 'a';\nthrow new Error('no');\n`);
    await save();
    const line = skeleton.split('\n').length + 1;
    const problems = page.locator('#problems li');
    await expect
      .poll(() => problems.allTextContents())
      .toEqual([
        expect.stringMatching(new RegExp(`^Line ${line} types: .*not assignable to type 'number'`)),
        expect.stringMatching(
          new RegExp(`^Line ${line + 1} It did not run to its end: .*Error: no$`),
        ),
      ]);
    await expect.poll(() => page.locator('.cm-lintRange-error').count()).toBe(2);
    expect(await page.locator('.cm-lint-marker-error').count()).toBe(2);
    await button(`Line ${line}`).first().press('Enter');
    expect(await page.locator('.cm-activeLine').textContent()).toContain('export const wrong');
    expect(await violations(page)).toEqual([]);
  });

  test('takes Tab for itself, and gives it back after Escape', async () => {
    await open();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('Tab');
    await shown('  import');
    expect(await page.evaluate('document.activeElement.className')).toContain('cm-content');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Save');
    await page.keyboard.press('Enter');
    await expect.poll(onDisk).toMatch(/^ {2}/);
    await told('Saved.');
  });

  test('keeps what was not saved over a reload', async () => {
    await open();
    await write('// not yet saved\n');
    await page.reload();
    await shown('// not yet saved');
    await told('What you had not saved is here again.');
    expect(onDisk()).toBe(skeleton);
    await save();
    await expect.poll(onDisk).toBe('// not yet saved\n');
    await told('Saved.');
    await page.reload();
    await told(`This is workshop/${id}.ts.`);
  });

  test('shows what an editor of elsewhere has saved, and leaves its line ends alone', async () => {
    await open();
    writeFileSync(file, '// theirs\r\n// two\r\n');
    await shown('// theirs');
    await told('The file was changed on the disk');
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.insertText('// three');
    await save();
    await expect.poll(onDisk).toBe('// theirs\r\n// two\r\n// three');
  });

  test.each([
    ['Keep mine', '// mine\n', '// theirs\n'],
    ['Take the file’s', '// theirs\n', '// mine\n'],
  ])('asks when both have changed, and loses nothing: %s', async (choice, left, kept) => {
    await open({ width: 390, colorScheme: 'dark' });
    await write('// mine\n');
    writeFileSync(file, '// theirs\n');
    await told('Nothing is lost: choose.');
    expect(await page.textContent('#file .difference')).toMatch(/-\/\/ theirs\n\+\/\/ mine/);
    await save();
    expect(onDisk()).toBe('// theirs\n');
    expect(await violations(page)).toEqual([]);
    expect(await tooWide()).toBe(0);
    await button(choice).press('Enter');
    await expect.poll(onDisk).toBe(left);
    await told('1-one-charge.kept-1.txt');
    expect(readFileSync(join(folder, place.incident, '1-one-charge.kept-1.txt'), 'utf8')).toBe(
      kept,
    );
    await shown(left.trim());
    expect(await button(choice).count()).toBe(0);
  });

  test('asks after a reload, too, when the file went on', async () => {
    await open();
    await write('// mine\n');
    await page.goto('about:blank');
    writeFileSync(file, '// theirs\n');
    await page.goto(session.url);
    await told('Nothing is lost: choose.');
    await page.reload();
    await told('Nothing is lost: choose.');
    expect(onDisk()).toBe('// theirs\n');
  });

  test('goes back to the start, and says where the rest is kept', async () => {
    await open();
    await write('// saved\n');
    await save();
    await told('Saved.');
    await write('// not saved\n');
    await button('Back to the start').press('Enter');
    await told('What stood here is kept in 1-one-charge.kept-2.txt and 1-one-charge.kept-1.txt.');
    expect(onDisk()).toBe(skeleton);
    await shown('CreateSystem');
    expect(readdirSync(join(folder, place.incident)).toSorted()).toEqual([
      '1-one-charge.kept-1.txt',
      '1-one-charge.kept-2.txt',
      '1-one-charge.ts',
    ]);
  });

  test('is clean for axe on a phone and a large screen, light and dark, and fits', async () => {
    await open();
    await verdict(/^Not yet\./);
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violations(page)).toEqual([]);
        expect(await tooWide()).toBe(0);
      }
    }
    expect(complaints).toEqual([]);
  });
});
