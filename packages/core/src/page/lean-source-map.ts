import { decodedMappings, encodedMappings, TraceMap } from '@jridgewell/trace-mapping';

/** Stands for all code of packages: whoever looks for a place in a system's own source passes over it. */
const packages = '/node_modules/';

const isOwn = (source: string | null): source is string =>
  source !== null && !/[\\/](?:node_modules|packages[\\/]core[\\/]src)[\\/]/.test(`/${source}`);

/**
 * A source map without what a run has no use for. It reads lines of an example's own source from stacks:
 * columns, names, and places in packages are left out.
 *
 * @param text a source map, as JSON
 */
export function leanSourceMap(text: string): string {
  const map = new TraceMap(text);
  const own = map.sources.filter(isOwn);
  const sources = [packages, ...own];
  const places = map.sources.map((source) => (isOwn(source) ? sources.indexOf(source) : 0));
  const mappings = decodedMappings(map).map((segments) => {
    let last = '';
    return segments.flatMap(([column, source = -1, row = 0]) => {
      const place = places[source] ?? 0;
      const line = place === 0 ? 0 : row;
      const here = `${place}:${line}`;
      if (here === last) return [];
      last = here;
      return [[column, place, line, 0] as [number, number, number, number]];
    });
  });
  const lean = { version: 3 as const, sources, names: [] };
  return JSON.stringify({
    ...lean,
    mappings: encodedMappings(new TraceMap({ ...lean, mappings })),
  });
}
