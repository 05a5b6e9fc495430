import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { axeFaults } from './axe.ts';
import { openPage } from './open-page.ts';
import type { Served } from './serve.ts';

const chapter = '/guides/capacity/';
const program = join(import.meta.dirname, '../../packages/core/src/capacity-cli/main.ts');

/** Loads that are planned on the page and on the command line, as they stand in the address. */
const loads = [
  '',
  'events-per-second=120&processing-ms=80&peak=1.5&target-wait-ms=40',
  'events-per-second=500&processing-ms=10&hooks=5&workers=6&queue=12',
  'events-per-second=50&processing-ms=25&arrival-variation=2',
];

/** What is wrong with the calculator: figures that are not those of the command, or a form that fails. */
export async function calculatorFaults(
  browser: Browser,
  served: Served,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const page = await openPage(browser, {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  });
  page.on('pageerror', ({ message }) => faults.push(`${chapter}: a script failed: ${message}`));
  for (const load of loads) {
    await page.goto(`${served.origin}${chapter}?${load}`);
    const command = await page.locator('firedrill-capacity .command').textContent();
    const args = (command ?? '').split(' ').slice(2);
    const { stdout } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    const expected = stdout
      .split('\n')
      .filter((line) => line.startsWith('|') && !/^\| -+ \|/.test(line))
      .map((line) => cellsOf(line));
    const shown = await page
      .locator('firedrill-capacity table tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())),
      );
    if (args.length === 0 || JSON.stringify(shown) !== JSON.stringify(expected)) {
      faults.push(`${chapter}?${load}: its figures are not those of "${command}"`);
    }
  }
  faults.push(...(await typed(page)));
  faults.push(...(await axeFaults(page, chapter)));
  await page.close();
  return faults;
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split(' | ')
    .map((cell) => cell.trim());
}

/** By the keyboard alone: a figure that is refused in the words of the command, and one that is taken. */
async function typed(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  const field = page.locator('#capacity-processing-ms');
  const status = page.locator('firedrill-capacity [role=status]');
  await field.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('-3');
  const args = ['--events-per-second=50', '--processing-ms=-3', '--arrival-variation=2'];
  const { stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  try {
    await status.filter({ hasText: stderr.trim() }).waitFor();
    if ((await field.getAttribute('aria-invalid')) !== 'true')
      faults.push(`${chapter}: the figure that is refused is not marked`);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('30');
    await status.filter({ hasText: 'Recommended: ' }).waitFor();
    if (!page.url().includes('processing-ms=30'))
      faults.push(`${chapter}: the address does not hold what was typed`);
  } catch {
    faults.push(`${chapter}: the calculator says "${await status.textContent()}"`);
  }
  return faults;
}
