import { join } from 'node:path';
import { launch } from '@firedrill/core/browser-testing';
import {
  type Asset,
  entryFile,
  type RunningServer,
  type RunRequest,
  startServer,
  workerAssets,
} from '@firedrill/core/page';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/run-command.ts';
import { exampleNames, root } from '../../src/workspace.ts';
import { isSample, triedScenarios } from './browser-sample.ts';

/** Majors of Node beside the one that runs this, e.g. `22 26`: each comes from npm when it is asked for. */
const majors = (process.env['NODE_MAJORS'] ?? '').split(' ').filter((major) => major !== '');

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  const modules = exampleNames().map(
    (name) => [name, join(root, 'examples', name, 'src/example.ts')] as const,
  );
  const workers = workerAssets(new Map(modules));
  const blank: Asset = { type: 'text/html', text: '<!doctype html><title>blank</title>' };
  server = await startServer((path) => (path === '/' ? Promise.resolve(blank) : workers(path)), {
    port: 0,
  });
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

interface Ended {
  readonly hash: string | undefined;
  readonly failure: string | undefined;
}

/** Runs in the page: starts the worker, and waits for the record's last line. */
const runInWorker = `({ script, request }) => new Promise((resolve) => {
  const worker = new Worker(script, { type: 'module' });
  let hash;
  const end = (failure) => { worker.terminate(); resolve({ hash, failure }); };
  worker.onerror = (event) => end(event.message);
  worker.onmessage = ({ data }) => {
    if (data.type === 'ready') worker.postMessage(request);
    else if (data.type === 'records') hash = data.records.at(-1).hash ?? hash;
    else end(data.message);
  };
})`;

async function inBrowser(example: string, request: RunRequest): Promise<Ended> {
  // The time zone of the machine must not matter: this one is half an hour beside all others.
  const context = await browser.newContext({ timezoneId: 'Asia/Kolkata' });
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    const given = JSON.stringify({ script: `/worker/${example}/${entryFile}`, request });
    return await page.evaluate<Ended>(`(${runInWorker})(${given})`);
  } finally {
    await context.close();
  }
}

/** @returns the hash that the command prints. */
async function inNode(
  example: string,
  flags: readonly string[],
  node = process.execPath,
): Promise<string | undefined> {
  const main = join(root, 'examples', example, 'src/main.ts');
  const { stdout } = await runCommand(node, [main, '--json', ...flags]);
  return /"hash":"([0-9a-f]{64})"/.exec(stdout.trimEnd().split('\n').at(-1) ?? '')?.[1];
}

/** @returns where the program of another major of Node is. */
async function otherNode(major: string): Promise<string> {
  const args = ['-y', `--package=node@${major}`, '--', 'node', '-p', 'process.execPath'];
  const { stdout } = await runCommand('npx', args);
  return stdout.trim();
}

describe('a worker of Chromium', () => {
  it.each(triedScenarios())(
    'gives the same record of %s, %s, as Node',
    async (example, scenario) => {
      const proof = !isSample;
      const flags = [
        ...(scenario === 'story' ? [] : [`--scenario=${scenario}`]),
        ...(proof ? [] : ['--no-proof']),
      ];
      const request: RunRequest = {
        scenario,
        seed: 1,
        set: [],
        fault: [],
        calm: false,
        proof,
        why: false,
      };
      const [node, worker] = await Promise.all([
        inNode(example, flags),
        inBrowser(example, request),
      ]);
      expect(worker).toEqual({ hash: node });
      expect(node).toMatch(/^[0-9a-f]{64}$/);
      for (const major of majors) {
        const other = await otherNode(major);
        expect(await inNode(example, flags, other), `Node ${major}`).toBe(node);
      }
    },
  );
});
