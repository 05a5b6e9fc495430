import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, bundleModule, type FindAsset, shipsAssets } from '@firedrill/core/page';
import type { Board } from './board.ts';

const client = join(import.meta.dirname, 'client');

const files = {
  '/': ['text/html', 'index.html'],
  '/workshop.css': ['text/css', 'workshop.css'],
} as const;

/** The page of the workshop, and what it shows. */
export function workshopAssets(board: Board): FindAsset {
  const ships = shipsAssets();
  let program: Promise<Bundle> | undefined;
  return async (path) => {
    if (path.startsWith('/page/')) return ships(path);
    const [, hash] = /^\/ships\/([0-9a-f]{64})$/.exec(path) ?? [];
    const record = hash === undefined ? undefined : board.record(hash);
    if (record !== undefined) return { type: 'application/json', text: record };
    if (path === '/state.json') {
      return { type: 'application/json', text: JSON.stringify(board.state()) };
    }
    if (path === '/version.json') {
      return { type: 'application/json', text: String(board.state().version) };
    }
    const [, [type, file]] = Object.entries(files).find(([known]) => known === path) ?? ['', []];
    if (type !== undefined) return { type, text: await readFile(join(client, file), 'utf8') };
    const [, script = ''] = /^\/client\/([^/]+\.js)$/.exec(path) ?? [];
    if (script === '') return undefined;
    program ??= bundleClient();
    const text = (await program).files.get(script);
    return text === undefined ? undefined : { type: 'text/javascript', text };
  };
}

/** The program of the page; its editor is loaded when it is opened. */
export const bundleClient = (): Promise<Bundle> => bundleModule(join(client, 'main.ts'));
