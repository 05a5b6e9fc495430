import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/**
 * How long something in a page may keep a check waiting, before that is a fault. Far above what anything
 * takes, since a check of a busy machine is to say the same as one of an idle one.
 */
const patienceMs = 900_000;

/** A page in which every wait and every click has that patience. */
export async function openPage(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(patienceMs);
  return page;
}
