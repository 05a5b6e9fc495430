import { extremes } from '../report/html/thin-out.ts';
import type { RunRecord, Sample } from '../scenario/record.ts';

/**
 * Puts two samples in the place of every `stretch` of a phase: the least and the greatest value of each
 * series in the order in which they occurred, so that no peak and no dip is lost. All other records stay.
 * A stretch of 2 or less changes nothing.
 */
export function thinRecords(records: readonly RunRecord[], stretch: number): readonly RunRecord[] {
  if (stretch <= 2) return records;
  const thinned: RunRecord[] = [];
  let gathered: Sample[] = [];
  const flush = (): void => {
    thinned.push(...twoOf(gathered));
    gathered = [];
  };
  for (const record of records) {
    const isSame = record.type === 'sample' && gathered[0]?.phase === record.phase;
    if (gathered.length === stretch || (gathered.length > 0 && !isSame && endsSamples(record))) {
      flush();
    }
    if (record.type === 'sample') gathered.push(record);
    else thinned.push(record);
  }
  flush();
  return thinned;
}

/** Signals and faults stand between the samples of a phase; with these begins something else. */
const endsSamples = ({ type }: RunRecord): boolean =>
  type === 'sample' || type === 'phase.started' || type === 'phase.finished';

function twoOf(samples: readonly Sample[]): readonly Sample[] {
  const [first, ...rest] = samples;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return samples;
  const values: [Record<string, number>, Record<string, number>] = [{}, {}];
  for (const name of new Set(samples.flatMap((sample) => Object.keys(sample.values)))) {
    const [before, after] = extremes(samples.flatMap((sample) => sample.values[name] ?? []));
    values[0][name] = before;
    values[1][name] = after;
  }
  const parts = Object.fromEntries(rest.flatMap((sample) => Object.entries(sample.parts ?? {})));
  return [
    { ...first, values: values[0] },
    { ...last, values: values[1], ...(Object.keys(parts).length > 0 && { parts }) },
  ];
}
