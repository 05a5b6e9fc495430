import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** What a page waits for takes as long as the machine is busy: a guard, as those of the tests are, not a goal. */
const patienceMs = 120_000;

/**
 * Starts the browser of the machine.
 *
 * @throws Error naming what to install when there is none
 */
export async function launch(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `Failed to start the browser: there is no ${executablePath}. ` +
        'Install Debian\'s package "chromium", or set CHROMIUM to the path of another one.',
    );
  }
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const browser = await chromium.launch({ executablePath, args });
  browser.on('context', (context) => context.setDefaultTimeout(patienceMs));
  return browser;
}
