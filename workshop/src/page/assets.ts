import { readFile } from 'node:fs/promises';
import { type FindAsset, shipsAssets } from '@firedrill/core/page';
import type { Board } from './board.ts';

const files = {
  '/': ['text/html', 'client/index.html'],
  '/workshop.css': ['text/css', 'client/workshop.css'],
  '/workshop.js': ['text/javascript', 'client/workshop.js'],
} as const;

/** The page of the workshop, and what it shows. */
export function workshopAssets(board: Board): FindAsset {
  const ships = shipsAssets();
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
    if (type === undefined) return undefined;
    return { type, text: await readFile(new URL(file, import.meta.url), 'utf8') };
  };
}
