import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { count, newCommand, runTool, valueOption } from '../../src/command-line/index.ts';
import { startServer } from '../../src/page/index.ts';
import { pageAssets } from '../../src/page/page-assets.ts';
import { findExamples } from '../../src/swarm-cli/find-examples.ts';
import { launch } from '../../test/browser/launch.ts';
import { median } from '../median.ts';
import { firstPicture } from './first-picture.ts';
import { scrub } from './scrub.ts';

const command = newCommand(
  'pnpm --filter @firedrill/core bench:page',
  'Opens the page in headless Chromium: the time to its first picture, and its longest frame while the ' +
    'clock is dragged over the recovery run of payment, about 5,000 records.',
)
  .addOption(
    valueOption('--rounds <n>', 'of each; figures are medians (default: 5)', count(1, 100, '5')),
  )
  .addOption(
    valueOption('--moments <n>', 'frames of one drag (default: 300)', count(10, 10_000, '300')),
  )
  .option('--story', 'the whole story in its place: more ships, and twice the records')
  .addHelpText(
    'after',
    '\nA busy machine inflates the wall time, and hardly the time of the processor.',
  );

const examples = findExamples(join(import.meta.dirname, '../../../../examples'));
const example = 'payment-processing';

/** A width of a desktop and one of a phone. */
const widths = [1_440, 390];

const ms = (value: number): string => `${Math.round(value)} ms`;

interface Flags {
  readonly rounds: number;
  readonly moments: number;
  readonly story: boolean;
}

const defaults: Flags = { rounds: 5, moments: 300, story: false };

await runTool(command, { defaults }, async (flags) => {
  const { rounds } = flags;
  const modules = examples.map(({ name, module }) => [name, module] as const);
  const server = await startServer(pageAssets(new Map(modules)), { port: 0 });
  const browser = await launch();
  try {
    console.log(`Chromium ${browser.version()}, ${rounds} rounds`);
    // The first page waits for its bundle; no other one does.
    const cold = await firstPicture(browser, server.url);
    const warm: number[] = [];
    // oxlint-disable-next-line no-await-in-loop -- one after the other: each is to have the machine
    for (let round = 0; round < rounds; round++) warm.push(await firstPicture(browser, server.url));
    console.log(`first picture  ${ms(median(warm))}; of the first page of a server ${ms(cold)}`);
    await measureScrubbing(browser, server.url, flags);
  } finally {
    await browser.close();
    await server.stop();
  }
});

async function measureScrubbing(
  browser: Browser,
  url: string,
  { rounds, moments, story }: Flags,
): Promise<void> {
  const record = await recordOf(example, story ? [] : ['--scenario=recovery']);
  const what = story ? 'the story' : 'the recovery run';
  console.log(`${record.trimEnd().split('\n').length} records of ${what} of ${example}`);
  for (const width of widths) {
    const drags = [];
    for (let round = 0; round < rounds; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: each is to have the machine
      drags.push(await scrub(browser, url, { record, width, moments }));
    }
    const frames = drags.map((one) => one.longestFrameMs);
    const work = median(drags.map((one) => one.longestWorkMs));
    const cpu = median(drags.map((one) => one.longestCpuMs));
    console.log(
      `${width} px: longest frame of ${moments} ${ms(median(frames))} (calmest round ${ms(Math.min(...frames))}), ` +
        `its script ${work.toFixed(1)} ms; the most that a frame computes ${cpu.toFixed(1)} ms`,
    );
  }
}

/** The record of an example, as its command writes it. */
async function recordOf(name: string, options: readonly string[]): Promise<string> {
  const program = join(import.meta.dirname, '../../../../examples', name, 'src/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--json', ...options], {
    maxBuffer: 64 * 1_024 * 1_024,
  });
  return stdout;
}
