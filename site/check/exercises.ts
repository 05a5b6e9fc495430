import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { RuleVerdict } from '../../packages/core/src/workshop/index.ts';
import { allPlaces, idOf, type Place } from '../../workshop/src/incidents.ts';
import { axeFaults } from './axe.ts';
import { openPage } from './open-page.ts';
import type { Served } from './serve.ts';

/** The exercise that is tried with everything a reader may write. */
const tried: Place = { incident: 'payment-processing', exercise: '4-credit-once' };

const wrongTexts: readonly (readonly [text: string, said: RegExp])[] = [
  ['export const create = (;\n', /^Line 1 Unexpected token/],
  ['enum Kind { a }\nexport const create = 1;\n', /^Line 1 an enum is more than a type/],
  ['export const other = 1;\n', /exports no "create"/],
  ["import 'left-pad';\nexport const create = 1;\n", /there is no module "left-pad" here/],
];

/**
 * What is wrong with the exercises in their chapters: a verdict that is not the workshop's, a text that is
 * taken or refused as it should not be, an endless loop that is not ended.
 */
export async function exerciseFaults(browser: Browser, served: Served): Promise<readonly string[]> {
  const faults: string[] = [];
  const page = await openPage(browser, {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  });
  page.on('pageerror', ({ message }) => faults.push(`exercises: a script failed: ${message}`));
  for (const place of firstOfEach()) faults.push(...(await sameVerdict(page, served, place)));
  faults.push(...(await everythingElse(page, served)));
  await page.close();
  return faults;
}

/** One exercise of each incident: all of them would take a quarter of an hour. */
function firstOfEach(): readonly Place[] {
  const seen = new Set<string>();
  return allPlaces().filter(({ incident }) => !seen.has(incident) && seen.add(incident));
}

/** The problem as it stands, in the page and in a thread of the workshop. */
async function sameVerdict(page: Page, served: Served, place: Place): Promise<readonly string[]> {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'workshop-verdict.ts'), place.incident, place.exercise],
    { encoding: 'utf8' },
  );
  if (stderr !== '') return [`${idOf(place)}: ${stderr}`];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the script prints
  const rules = JSON.parse(stdout) as readonly RuleVerdict[];
  const expected = rules
    .filter(({ part, holds }) => part !== 'before' || !holds)
    .map(({ observed, expected: askedFor }) => `${observed} | ${askedFor}`);
  await openExercise(page, served, place);
  await loose(page);
  // It says one or the other when the worker is over: the page itself ends one that is stuck.
  const table = page.locator('.workbench table');
  const problem = page.locator('.workbench .problems li');
  await table.or(problem).first().waitFor();
  if (!(await table.isVisible()))
    return [`${idOf(place)}: no verdict in the page: "${await problem.first().textContent()}"`];
  const shown = await page
    .locator('.workbench tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('td')].map((cell) => cell.textContent).join(' | '),
      ),
    );
  return JSON.stringify(shown) === JSON.stringify(expected)
    ? []
    : [`${idOf(place)}: the page finds ${shown.join('; ')}, the workshop ${expected.join('; ')}`];
}

async function everythingElse(page: Page, served: Served): Promise<readonly string[]> {
  const faults: string[] = [];
  const must = async (what: string, happens: Promise<unknown>): Promise<void> => {
    try {
      await happens;
    } catch {
      faults.push(`${idOf(tried)}: ${what} (it says "${await said(page)}")`);
    }
  };
  await openExercise(page, served, tried);
  for (const [text, expected] of wrongTexts) {
    await write(page, text);
    await loose(page);
    const problem = page.locator('.workbench .problems li').filter({ hasText: expected });
    await must(`"${text}" is not refused`, problem.waitFor());
  }
  await write(page, 'export const create = () => { for (;;); };\n');
  await loose(page);
  const loop = page.locator('.workbench .problems li').filter({ hasText: 'a loop without end' });
  await must('an endless loop is not ended', loop.waitFor());
  faults.push(...(await axeFaults(page, `${idOf(tried)}, in the editor`)));

  // What was written is there again, and gone only when that was confirmed.
  await openExercise(page, served, tried);
  const content = page.locator('.workbench .cm-content');
  await must('what was written is not kept', content.filter({ hasText: 'for (;;)' }).waitFor());
  await page.getByRole('button', { name: 'Back to the start' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await must('the text is thrown away', content.filter({ hasText: 'for (;;)' }).waitFor());
  await page.getByRole('button', { name: 'Back to the start' }).click();
  await page.getByRole('button', { name: 'Throw it away' }).click();
  await must('the first text is not back', content.filter({ hasText: 'CreateSystem' }).waitFor());
  return faults;
}

async function openExercise(
  page: Page,
  served: Served,
  { incident, exercise }: Place,
): Promise<void> {
  await page.goto(`${served.origin}/incidents/${incident}/`);
  await page.locator(`li[data-exercise="${exercise}"] button`).click();
  await page.locator('.workbench .cm-content').waitFor();
}

/** By the keys that save elsewhere. */
async function loose(page: Page): Promise<void> {
  await page.locator('.workbench .cm-content').focus();
  await page.keyboard.press('ControlOrMeta+Enter');
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.workbench .cm-content').focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

const said = (page: Page): Promise<string | null> =>
  page.locator('.workbench [role=status]').textContent();
