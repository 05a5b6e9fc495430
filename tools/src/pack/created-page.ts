import { spawn } from 'node:child_process';
import { launch } from '@firedrill/core/browser-testing';
import { withoutOurs } from './shell.ts';

/** The page of a project that create-firedrill has made: its storm runs in Chromium, and asks nobody else. */
export async function checkCreatedPage(folder: string): Promise<string> {
  const server = spawn('node', ['node_modules/.bin/firedrill', 'page', '--port=0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withoutOurs(),
  });
  const browser = await launch();
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      for (const stream of [server.stdout, server.stderr]) {
        stream.setEncoding('utf8').on('data', (part: string) => {
          said += part;
          const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
          if (found !== undefined) resolve(found);
        });
      }
      server.on('close', () => reject(new Error(`The page has ended: ${said}`)));
    });
    const tab = await browser.newPage();
    const elsewhere: string[] = [];
    tab.on('request', (request) => {
      if (!request.url().startsWith(url)) elsewhere.push(request.url());
    });
    await tab.goto(url);
    const status = tab.locator('#status');
    await status.filter({ hasText: /Hash|failed|could not/i }).waitFor();
    const text = await status.innerText();
    if (!text.startsWith('careful survives, as declared.'))
      throw new Error(`The page says: ${text}`);
    if (elsewhere.length > 0) throw new Error(`The page asks elsewhere: ${elsewhere.join(', ')}.`);
    return 'page';
  } finally {
    await browser.close();
    server.kill();
  }
}
