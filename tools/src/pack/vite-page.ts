import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from '@firedrill/core/browser-testing';
import type { Bench } from './checks.ts';
import { Project } from './project.ts';
import { runWell } from './shell.ts';

/** What runs in a worker of the page: a day of virtual time, its rooms, and no peer. */
const worker = `
import { createHooks } from '@firedrill/core/hooks';
import { createRandom, simulate } from '@firedrill/core/simulation';
import { createNetwork, defineService, withTimeout } from '@firedrill/core/services';
const { value } = await simulate({ seed: 1, start: '2026-01-05T08:00:00Z' }, async () => {
  const hooks = createHooks();
  let seen = 0;
  hooks.registry.hook('tick', () => { seen += 1; });
  for (let hour = 0; hour < 24; hour += 1) {
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    hooks.emit('tick');
  }
  await hooks.close();
  const network = await createNetwork({ transport: 'in-process', faults: [], random: createRandom(1) });
  const bank = network.connect(defineService({
    name: 'bank', baseUrl: 'https://bank.example', latency: { fixedMs: 5 },
    operations: { ask: { method: 'GET', path: '/', handle: () => ({ open: true }) } },
  }));
  const { open } = await withTimeout(bank, 1_000).ask();
  return seen + ' ticks by ' + new Date().toISOString() + ', open: ' + open;
});
postMessage(value);
`;

const page = `
import Worker from './worker.js?worker';
new Worker().addEventListener('message', ({ data }) => { document.title = data; });
`;

const expected = '24 ticks by 2026-01-06T08:00:00.005Z, open: true';

const lookEveryMs = 250;
/** Half a minute: a guard against hanging, not a goal. */
const mostLooks = 120;

/** A page that Vite builds from the tarball runs a simulation in a worker. */
export async function checkVitePage({ folder, tarballs }: Bench): Promise<string> {
  const project = new Project(join(folder, 'page'));
  await project.install(tarballs.core, 'vite@8');
  project.write(
    'index.html',
    '<!doctype html><title>-</title><script type="module" src="/page.js"></script>',
  );
  project.write('page.js', page);
  project.write('worker.js', worker);
  project.write('vite.config.js', "export default { worker: { format: 'es' } };");
  await runWell('npx', ['vite', 'build'], project.folder);
  const dist = join(project.folder, 'dist');
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const isScript = path.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    createReadStream(join(dist, path))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const browser = await launch();
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', ({ message }) => errors.push(message));
    await tab.goto(`http://127.0.0.1:${port}/`);
    // From outside: what a page waits for by a text of code, its own policy can refuse.
    let title = await tab.title();
    for (let look = 0; title === '-' && look < mostLooks; look += 1) {
      await sleep(lookEveryMs);
      title = await tab.title();
    }
    if (title === '-') throw new Error(`The page says nothing. ${errors.join(' ')}`);
    if (title !== expected) throw new Error(`The page says "${title}", not "${expected}".`);
    return title;
  } finally {
    await browser.close();
    server.close();
  }
}
