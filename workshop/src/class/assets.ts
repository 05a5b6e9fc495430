import { readFile } from 'node:fs/promises';
import type { FindAsset } from '@firedrill/core/page';
import type { Roll } from './roll.ts';

const files = {
  '/': ['text/html', 'client/index.html'],
  '/class.css': ['text/css', 'client/class.css'],
  '/class.js': ['text/javascript', 'client/class.js'],
} as const;

/** The trainer's page, and who is at which step. */
export function classAssets(roll: Roll, invitation: string): FindAsset {
  return async (path) => {
    if (path === '/class.json') {
      return { type: 'application/json', text: JSON.stringify({ invitation, rows: roll.rows() }) };
    }
    const [, [type, file]] = Object.entries(files).find(([known]) => known === path) ?? ['', []];
    if (type === undefined) return undefined;
    return { type, text: await readFile(new URL(file, import.meta.url), 'utf8') };
  };
}
