import { join } from 'node:path';
import { type FindAsset, shipsAssets } from '@firedrill/core/page';
import { recordLine } from '@firedrill/core/scenario';
import { knownRecord } from '@firedrill/core/workshop';
import { clientAssets } from '../../page/client-assets.ts';
import type { Table } from '../table.ts';
import { mysteryState } from './state.ts';

/** The page of a mystery: what has been seen of it so far, and in the end what was told. */
export function mysteryAssets(table: Table): FindAsset {
  const ships = shipsAssets();
  const client = clientAssets(join(import.meta.dirname, 'client'));
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
    return client(path);
  };
}
