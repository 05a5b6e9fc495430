import { byId } from '@firedrill/core/page/elements';
import type { BoardState } from '../board-state.ts';
import { loadShips } from './load-ships.ts';

/** The three systems beside each other. */
export interface ShipsView {
  /** Draws the ships, when there are others than before. While a storm runs, those of the last save stay. */
  show(state: BoardState): Promise<void>;
}

/** Loads what draws the ships. */
export async function createShipsView(): Promise<ShipsView> {
  const ships = await loadShips('the last save');
  const records = new Map<string, string>();
  let shown = '';

  /** The record of a ship: what a hash stands for never changes. */
  async function recordOf(hash: string): Promise<string> {
    const record = records.get(hash) ?? (await (await fetch(`/ships/${hash}`)).text());
    records.set(hash, record);
    return record;
  }

  return {
    async show({ id, state, ships: { broken, yours, repaired, before } }) {
      const isKept = state === 'running' && shown.startsWith(`${id} `);
      if (isKept) return;
      const hashes = [broken, yours, repaired].filter((hash) => hash !== undefined);
      const key = `${id} ${[...hashes, before].join(' ')}`;
      if (key === shown) return;
      byId('ships-beside', HTMLElement).hidden = hashes.length === 0;
      const compared = yours === undefined || before === yours ? undefined : before;
      const wanted = [...hashes, ...(compared === undefined ? [] : [compared])];
      const texts = await Promise.all(wanted.map(recordOf));
      for (const hash of records.keys()) if (!wanted.includes(hash)) records.delete(hash);
      byId('ships-said', HTMLElement).textContent = said(state, yours, before);
      if (hashes.length > 0) ships.show(texts.slice(0, hashes.length), texts[hashes.length]);
      shown = key;
    },
  };
}

function said(
  state: BoardState['state'],
  yours: string | undefined,
  before: string | undefined,
): string {
  if (state !== 'running' && yours === undefined)
    return 'Your system did not run to its end: there is nothing to show of it.';
  return before === yours && before !== undefined
    ? 'Your system ran as at the last save: its record is the same to the byte.'
    : '';
}
