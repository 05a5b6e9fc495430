import { z } from 'zod';
import { addSourceMap } from '../../simulation/host/browser/source-maps.ts';

const mapsSchema = z.record(z.string(), z.string());

/**
 * Places in the sources are part of the record, so the maps have to be there before the run.
 *
 * @param entry address of the worker's script: the list of its source maps lies beside it
 */
export async function loadSourceMaps(entry: string): Promise<void> {
  const response = await fetch(new URL('source-maps.json', entry));
  const maps = mapsSchema.parse(await response.json());
  for (const [file, map] of Object.entries(maps)) addSourceMap(new URL(file, entry).href, map);
}
