import type { Browser } from 'playwright-core';

export interface ScrubOptions {
  /** NDJSON of a run. */
  readonly record: string;
  /** Of the window, in px. */
  readonly width: number;
  /** Frames of one drag. */
  readonly moments: number;
}

/** One drag of the clock from the beginning of a run to its end and back. */
export interface Drag {
  /** Between two frames, in ms: a sixtieth of a second where nothing is late. */
  readonly longestFrameMs: number;
  /** What the page does itself when the clock moves, before anything is laid out, in ms. */
  readonly longestWorkMs: number;
  /** The most that the page's thread computes for a frame, layout and painting included, in ms. */
  readonly longestCpuMs: number;
}

/** Moves whose time of the processor is taken one by one. */
const moves = 100;

/** Moves the clock with every frame, as a finger would. */
const drag = (moments: number): string => `new Promise((resolve) => {
  const slider = document.querySelector('#moment');
  const frames = [];
  const work = [];
  let last;
  let count = -2;
  const frame = (now) => {
    if (count > 0) frames.push(now - last);
    last = now;
    count += 1;
    if (count > ${moments}) {
      resolve({ longestFrameMs: Math.max(...frames), longestWorkMs: Math.max(...work) });
      return;
    }
    const share = Math.max(0, count) / ${moments};
    slider.value = String(Number(slider.max) * (share < 0.5 ? 2 * share : 2 - 2 * share));
    const from = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    work.push(performance.now() - from);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

/** Moves the clock to a share of the run, and waits until that is painted. */
const moveTo = (share: number): string => `new Promise((resolve) => {
  requestAnimationFrame(() => {
    const slider = document.querySelector('#moment');
    slider.value = String(Number(slider.max) * ${share});
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    requestAnimationFrame(() => setTimeout(resolve));
  });
})`;

/** Opens a record in the page, and drags its clock over it. */
export async function scrub(
  browser: Browser,
  url: string,
  { record, width, moments }: ScrubOptions,
): Promise<Drag> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  try {
    const page = await context.newPage();
    // An address that names nothing: no storm runs beside what is measured.
    await page.goto(`${url}#example=none`);
    await page.setInputFiles('#file', {
      name: 'run.ndjson',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(record),
    });
    await page.locator('#status', { hasText: 'Hash' }).waitFor();
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const cpuSeconds = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
    };
    let longestCpuMs = 0;
    let before = await cpuSeconds();
    // Moments far from each other: more changes than between two frames of a drag.
    for (let move = 0; move < moves; move++) {
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      await page.evaluate(moveTo(((move * 37) % moves) / moves));
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      const after = await cpuSeconds();
      longestCpuMs = Math.max(longestCpuMs, (after - before) * 1_000);
      before = after;
    }
    const frames = await page.evaluate<Omit<Drag, 'longestCpuMs'>>(drag(moments));
    return { ...frames, longestCpuMs };
  } finally {
    await context.close();
  }
}
