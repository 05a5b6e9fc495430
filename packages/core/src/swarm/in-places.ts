/**
 * The same ones in another order: each where it fits, those with the fewest such places first. What finds none takes what
 * is left.
 *
 * @param places how many there are; after the last comes the first again
 * @param fits whether one fits at a place, from 0 on
 */
export function inPlaces<Each>(
  some: readonly Each[],
  places: number,
  fits: (each: Each, place: number) => boolean,
): readonly Each[] {
  const all = Array.from({ length: places }, (_, place) => place);
  const choosing = some
    .map((each) => ({ each, fitting: new Set(all.filter((place) => fits(each, place))) }))
    .toSorted((a, b) => a.fitting.size - b.fitting.size);
  const free = new Set(some.keys());
  const taken = new Map<number, readonly [Each]>();
  const left: Each[] = [];
  for (const { each, fitting } of choosing) {
    const index = [...free].find((at) => fitting.has(at % places));
    if (index === undefined) {
      left.push(each);
      continue;
    }
    free.delete(index);
    taken.set(index, [each]);
  }
  return [...some.keys()].flatMap((index) => taken.get(index) ?? left.splice(0, 1));
}
