import { type Browser, chromium, type Page } from 'playwright-core';
import { axeFaults } from './axe.ts';
import { calculatorFaults } from './calculator.ts';
import { exerciseFaults } from './exercises.ts';
import type { Built } from './files.ts';
import { openPage } from './open-page.ts';
import { serveBuilt, type Served } from './serve.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const chapter = '/incidents/payment-processing/';
/** What the first chapter may weigh, compressed, before its storm is started. */
const mostBytes = 120_000;

/** What is wrong with the site in Chromium. Tells the figures of the first chapter as it goes. */
export async function browserFaults(built: Built): Promise<readonly string[]> {
  const served = await serveBuilt();
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] });
  try {
    return [
      ...(await firstChapter(browser, served)),
      ...(await withoutScript(browser, served)),
      ...(await calculatorFaults(browser, served)),
      ...(await exerciseFaults(browser, served)),
      ...(await stumblingBlocks(browser, served, built)),
    ];
  } finally {
    await browser.close();
    served.stop();
  }
}

/** Weight, time, search and storm of the first chapter, and where all its requests went. */
async function firstChapter(browser: Browser, served: Served): Promise<readonly string[]> {
  const faults: string[] = [];
  const page = await openPage(browser);
  page.on('pageerror', ({ message }) => faults.push(`${chapter}: a script failed: ${message}`));
  page.on('request', (request) => {
    const url = request.url();
    const isOwn = url.startsWith(served.origin) || /^(?:data|blob):/.test(url);
    if (!isOwn) faults.push(`${chapter}: asks ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${chapter}: ${response.url()} is not there`);
  });
  served.taken();
  await page.goto(`${served.origin}${chapter}`, { waitUntil: 'networkidle' });
  const paintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
  );
  const bytes = [...served.taken().values()].reduce((sum, one) => sum + one, 0);
  console.log(
    `First chapter: ${Math.round(bytes / 1000)} KB compressed, readable after ${Math.round(paintMs)} ms.`,
  );
  if (bytes > mostBytes)
    faults.push(`${chapter}: ${bytes} bytes before the storm, of ${mostBytes}`);
  await search(page, faults);
  await storm(page, faults);
  await page.close();
  return faults;
}

async function search(page: Page, faults: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Search' }).click();
  await page.locator('dialog input').fill('idempotency');
  const result = page.locator('dialog li a').first();
  try {
    await result.waitFor();
  } catch {
    faults.push('search: nothing was found for "idempotency"');
  }
  await page.keyboard.press('Escape');
}

async function storm(page: Page, faults: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Run the storm here' }).click();
  const status = page.frameLocator('firedrill-storm iframe').locator('#status');
  try {
    await status.filter({ hasText: /Hash [0-9a-f]{16}/ }).waitFor();
    console.log(`Its storm ran: ${await status.textContent()}`);
  } catch {
    faults.push(`${chapter}: the storm did not end, its status is "${await status.textContent()}"`);
  }
}

/** Who has no script reads the same text and figures. */
async function withoutScript(browser: Browser, served: Served): Promise<readonly string[]> {
  const page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${served.origin}${chapter}`);
  const text = await page.locator('main').innerText();
  await page.close();
  return text.includes('With JavaScript') && text.includes('double charges')
    ? []
    : [`${chapter}: without script its text or its figures are missing`];
}

/** What axe finds in the chapters, light and dark; not in pages that only show a file. */
async function stumblingBlocks(
  browser: Browser,
  served: Served,
  { pages }: Built,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const addresses = [...pages.keys()].filter((one) => !/^\/(?:source|decisions\/.)/.test(one));
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await openPage(browser, { colorScheme });
    // The colours are the same on every page.
    for (const address of colorScheme === 'light' ? addresses : [chapter]) {
      await page.goto(`${served.origin}${address}`);
      faults.push(...(await axeFaults(page, `${address} (${colorScheme})`)));
    }
    await page.close();
  }
  return faults;
}
