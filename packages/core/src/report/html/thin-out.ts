/** The samples of a phase: all columns as long as `times`. */
export interface Samples {
  readonly times: readonly number[];
  readonly columns: ReadonlyMap<string, readonly number[]>;
}

/** The least and the greatest value of a stretch in the order in which they occurred. */
export function extremes(
  values: readonly number[],
  from = 0,
  to = values.length,
): readonly [number, number] {
  let least = -1;
  let greatest = -1;
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (least < 0 || value < (values[least] ?? value)) least = at;
    if (greatest < 0 || value > (values[greatest] ?? value)) greatest = at;
  }
  const [first, second] = least < greatest ? [least, greatest] : [greatest, least];
  return [values[first] ?? Number.NaN, values[second] ?? Number.NaN];
}

/**
 * Puts two points in the place of every `stretch` samples: the least and the greatest value of each
 * column, so that no peak and no dip is lost. A stretch of 2 or less changes nothing.
 */
export function thinOut({ times, columns }: Samples, stretch: number): Samples {
  if (stretch <= 2) return { times, columns };
  const starts = Array.from({ length: Math.ceil(times.length / stretch) }, (_, at) => at * stretch);
  const end = (start: number) => Math.min(start + stretch, times.length);
  return {
    times: starts.flatMap((start) => [times[start] ?? 0, times[end(start) - 1] ?? 0]),
    columns: new Map(
      [...columns].map(([name, values]) => [
        name,
        starts.flatMap((start) => extremes(values, start, end(start))),
      ]),
    ),
  };
}
