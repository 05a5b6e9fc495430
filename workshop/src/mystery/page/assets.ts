import { readFile } from 'node:fs/promises';
import { type FindAsset, shipsAssets } from '@firedrill/core/page';
import { recordLine } from '@firedrill/core/scenario';
import { knownRecord } from '@firedrill/core/workshop';
import type { Table } from '../table.ts';
import { mysteryState } from './state.ts';

const files = {
  '/': ['text/html', 'client/index.html'],
  '/mystery.css': ['text/css', 'client/mystery.css'],
  '/mystery.js': ['text/javascript', 'client/mystery.js'],
} as const;

/** The page of a mystery: what has been seen of it so far, and in the end what was told. */
export function mysteryAssets(table: Table): FindAsset {
  const ships = shipsAssets();
  return async (path) => {
    if (path.startsWith('/page/')) return ships(path);
    if (path === '/state.json') {
      return { type: 'application/json', text: JSON.stringify(mysteryState(table)) };
    }
    if (path === '/version.json') return { type: 'application/json', text: String(table.version) };
    if (path === '/record.ndjson') {
      const records = knownRecord(table.evidence, table.game.known);
      return { type: 'application/json', text: records.map(recordLine).join('\n') };
    }
    const [, [type, file]] = Object.entries(files).find(([known]) => known === path) ?? ['', []];
    if (type === undefined) return undefined;
    return { type, text: await readFile(new URL(file, import.meta.url), 'utf8') };
  };
}
