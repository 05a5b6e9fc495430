import { join } from 'node:path';
import type { FindAsset } from '@firedrill/core/page';
import { clientAssets } from '../page/client-assets.ts';
import type { ClassState, Roll } from './roll.ts';

/** The trainer's page, and who is at which step. */
export function classAssets(roll: Roll, invitation: string): FindAsset {
  const client = clientAssets(join(import.meta.dirname, 'client'));
  return async (path) => {
    if (path !== '/class.json') return client(path);
    const state: ClassState = { invitation, rows: roll.rows() };
    return { type: 'application/json', text: JSON.stringify(state) };
  };
}
