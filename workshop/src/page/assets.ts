import { join } from 'node:path';
import { type FindAsset, shipsAssets } from '@firedrill/core/page';
import type { Board } from './board.ts';
import { clientAssets } from './client-assets.ts';

/** Where the client of the page stands. */
export const clientFolder = join(import.meta.dirname, 'client');

/** The page of the workshop, and what it shows. Its editor is loaded when it is opened. */
export function workshopAssets(board: Board): FindAsset {
  const ships = shipsAssets();
  const client = clientAssets(clientFolder);
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
    return client(path);
  };
}
