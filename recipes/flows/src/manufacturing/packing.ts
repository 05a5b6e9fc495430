import { partsInBox } from './house-rules.ts';

export interface Box {
  readonly box: number;
  readonly serials: readonly string[];
}

/** Puts parts into boxes, one after the other. @param open the box that is open; `undefined` before the first */
export function pack(open: Box = { box: 1, serials: [] }, parts: readonly string[]) {
  const all = [...open.serials, ...parts];
  const full: Box[] = [];
  let { box } = open;
  for (; all.length >= partsInBox; box += 1) full.push({ box, serials: all.splice(0, partsInBox) });
  // Numbers of the boxes into which a part has come for the first time.
  const begun = Array.from(
    { length: box - open.box + (all.length > 0 ? 1 : 0) },
    (_, index) => open.box + index,
  ).filter((number) => number > open.box || open.serials.length === 0);
  return { open: { box, serials: all }, full, begun };
}
