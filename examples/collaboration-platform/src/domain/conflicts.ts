/** Who wrote a field of a shape and when, in ms since the start: kept in the value, so that they win or lose together. */
export interface Mark {
  readonly by: string;
  readonly atMs: number;
}

/** Fields of which one value wins. Of a text, what several people write is in it from all of them. */
export const contested = ['place', 'layer'] as const;
export type Contested = (typeof contested)[number];

/** An edit that is older by more than this, in ms, was made by somebody who had not seen the newer one. */
export const staleAfterMs = 5_000;

/** One's change of a field is gone, for an older one of somebody else: with both values, either can be had. */
export interface Conflict {
  readonly shapeId: string;
  readonly field: Contested;
  /** One's own, which is nowhere any more. */
  readonly lost: { readonly value: string; readonly atMs: number };
  readonly kept: Mark & { readonly value: string };
}
