import { createRandom } from '../../simulation/index.ts';

/** Rows as columns of equal length. */
export interface ArrangedColumns {
  readonly line: Float64Array;
  readonly atMs: Float64Array;
  /** Empty when nobody needs them. */
  readonly durationMs: Float64Array;
  /** Empty when nobody keeps them. */
  readonly fields: readonly (Readonly<Record<string, string>> | undefined)[];
}

/** In order of time; rows of one moment stay in the order of the file. */
export function sorted(columns: ArrangedColumns): ArrangedColumns {
  const { line, atMs, durationMs, fields } = columns;
  const order = Uint32Array.from(atMs, (_, index) => index).toSorted(
    (a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0) || a - b,
  );
  const pick = (column: Float64Array): Float64Array =>
    column.length === 0 ? column : Float64Array.from(order, (index) => column[index] ?? 0);
  return {
    line: pick(line),
    atMs: pick(atMs),
    durationMs: pick(durationMs),
    fields: fields.length === 0 ? fields : Array.from(order, (index) => fields[index]),
  };
}

const resolutions = [
  { ms: 60_000, name: 'minutes' },
  { ms: 1_000, name: 'seconds' },
] as const;

/** What all times are multiples of, when several rows share one; undefined when they are finer. */
export function coarseness(atMs: Float64Array): (typeof resolutions)[number] | undefined {
  const found = resolutions.find(({ ms }) => atMs.every((at) => at % ms === 0));
  const isShared = new Set(atMs).size < atMs.length;
  return found !== undefined && isShared ? found : undefined;
}

/**
 * Puts the arrivals of each second where chance might have put them. Left at its beginning they would
 * all come at once, and no pool of a sensible size would hold them; evenly spaced they would never meet.
 */
export function spread(columns: ArrangedColumns, resolutionMs: number): ArrangedColumns {
  const random = createRandom(1, 'whole seconds');
  const atMs = columns.atMs.slice();
  for (let from = 0, to = 0; from < atMs.length; from = to) {
    const at = atMs[from] ?? 0;
    while (to < atMs.length && atMs[to] === at) to += 1;
    const offsets = Float64Array.from({ length: to - from }, () => random.next()).toSorted();
    for (const [index, offset] of offsets.entries()) {
      atMs[from + index] = at + Math.floor(offset * resolutionMs * 1_000) / 1_000;
    }
  }
  return { ...columns, atMs };
}
