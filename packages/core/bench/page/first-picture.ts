import type { Browser } from 'playwright-core';

/** Resolves with the time of the first contentful paint, in ms since the page was asked for. */
const paint = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (name === 'first-contentful-paint') resolve(startTime);
    }
  }).observe({ type: 'paint', buffered: true });
})`;

/** Opens the page as somebody who was never here, and takes the time to its first picture, in ms. */
export async function firstPicture(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'commit' });
    return await page.evaluate<number>(paint);
  } finally {
    await context.close();
  }
}
