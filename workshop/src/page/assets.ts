import { readFile } from 'node:fs/promises';
import type { FindAsset } from '@firedrill/core/page';
import type { Board } from './board.ts';

const files = {
  '/': ['text/html', 'client/index.html'],
  '/workshop.css': ['text/css', 'client/workshop.css'],
  '/workshop.js': ['text/javascript', 'client/workshop.js'],
} as const;

/** The page of the workshop, and what it shows. */
export function workshopAssets(board: Board): FindAsset {
  return async (path) => {
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
