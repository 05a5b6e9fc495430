import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '@firedrill/core/browser-testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/serve/store.ts';
import { createIdentities } from '../../src/serve/identities.ts';
import { defaultLimits } from '../../src/serve/limits.ts';
import { createRecords } from '../../src/serve/records.ts';
import { Canvas } from '../../src/domain/canvas.ts';
import * as Y from 'yjs';

const program = fileURLToPath(new URL('../../src/serve.ts', import.meta.url));

let browser: Browser;
let directory: string;

beforeAll(async () => {
  browser = await launch();
  directory = await mkdtemp(join(tmpdir(), 'canvas-'));
});

afterAll(async () => {
  await browser.close();
  await rm(directory, { recursive: true, force: true });
});

/** Starts the program; resolves to its address when it serves. */
async function serve(
  port: string,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const flags = ['--disable-warning=ExperimentalWarning', program];
  const child = spawn(process.execPath, [...flags, `--port=${port}`, `--data=${directory}`]);
  const [output]: unknown[] = await once(child.stdout, 'data');
  return { child, url: /http:\S+/.exec(String(output))?.[0] ?? '' };
}

async function open(url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${url}?room=killed`);
  await page.locator('body[data-state=online]').waitFor();
  // From here on the page can be loaded without a server.
  // Asked from here: a page with this policy lets nobody wait in it.
  for (const isKept of [
    'navigator.serviceWorker.controller !== null',
    "caches.match('/src/serve/page/page.ts').then((kept) => kept !== undefined)",
  ]) {
    await expect.poll(() => page.evaluate(isKept)).toBe(true);
  }
  return page;
}

const textOn = (page: Page): Promise<string> => page.locator('.note textarea').first().inputValue();

/** What the store has, whatever the pages show. */
async function textInStore(): Promise<string | undefined> {
  const { store, key } = await openStore({ kind: 'embedded', directory });
  const records = createRecords({
    store,
    identities: createIdentities(key),
    limits: defaultLimits,
    onFault: () => {},
  });
  const canvas = new Canvas(1);
  Y.applyUpdate(canvas.doc, (await records.ports.load('killed')) ?? new Uint8Array([0, 0]));
  await records.close();
  await store.close();
  const [shape] = canvas.shapes().values();
  return shape?.text;
}

/** How often each letter is in a text. */
const letters = (text: string): string => text.split('').toSorted().join('');

test('a server that is killed while two people type loses none of their letters', async () => {
  const first = await serve('0');
  const [ada, bruno] = [await open(first.url), await open(first.url)];
  await ada.locator('#board').dblclick({ position: { x: 200, y: 150 } });
  await bruno.locator('.note textarea').waitFor();

  const typed = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'] as const;
  const killed = once(first.child, 'exit');
  await bruno.locator('.note textarea').click();
  const typing = [
    ada.locator('.note textarea').pressSequentially(typed[0], { delay: 20 }),
    bruno.locator('.note textarea').pressSequentially(typed[1], { delay: 20 }),
  ];
  // Somewhere in the middle: the first letters of one have come to the other.
  await expect.poll(() => textOn(ada), { interval: 10 }).toMatch(/[a-z]/);
  first.child.kill('SIGKILL');
  await Promise.all([...typing, killed]);

  // Both go on without a server, and one is loaded anew right after the last letter.
  for (const page of [ada, bruno]) {
    await page.locator('body[data-state=offline]').waitFor();
    await page.context().setOffline(true);
  }
  await ada.locator('.note textarea').pressSequentially('0123');
  await ada.reload();
  await bruno.locator('.note textarea').pressSequentially('4567');
  expect(letters(await textOn(ada))).toContain('0123');
  await ada.locator('.note textarea').pressSequentially('89');

  const second = await serve(new URL(first.url).port);
  for (const page of [ada, bruno]) await page.context().setOffline(false);
  const all = letters(`${typed.join('')}0123456789`);
  for (const page of [ada, bruno]) {
    await expect.poll(async () => letters(await textOn(page))).toBe(all);
    await expect.poll(() => page.locator('#status').textContent()).toBe('connected');
    expect(await page.locator('#lost').isHidden()).toBe(true);
  }
  expect(await textOn(ada)).toBe(await textOn(bruno));
  const ended = once(second.child, 'exit');
  second.child.kill('SIGKILL');
  await ended;
  expect(await textInStore()).toBe(await textOn(ada));
});
