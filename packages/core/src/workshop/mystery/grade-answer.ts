import type { CauseKind, CausePart } from './truth.ts';

/** What a group says that it was. */
export type Answer = Pick<CausePart, 'kind' | 'place' | 'fromMs' | 'toMs'>;

/** How near an answer was to the cause. */
export interface Grade {
  /** `near`: another kind that looks much the same from outside. */
  readonly kind: 'right' | 'near' | 'wrong';
  readonly isPlaceRight: boolean;
  /** Of both windows together, the share that they have in common; 0 at another place. */
  readonly overlap: number;
}

/** Kinds that look much the same to whoever calls. */
const families: readonly (readonly CauseKind[])[] = [
  ['hang', 'drop-response', 'cut', 'partition'],
  ['error', 'reset', 'flap'],
  ['slow', 'dribble', 'hang'],
  ['duplicate', 'reorder'],
  ['drop-response', 'corrupt'],
  ['crash', 'reset'],
];

/**
 * Compares an answer with the parts of a cause. Parts at one place count as one, from the first to the last:
 * a service that is slow and then hangs is one trouble. Where the load is only what it takes besides, naming
 * it alone is not enough.
 */
export function gradeAnswer(parts: readonly CausePart[], answer: Answer): Grade {
  const faults = parts.filter(({ kind }) => kind !== 'load');
  const main = faults.length > 0 ? faults : parts;
  const places = [...new Set(main.map(({ place }) => place))];
  const grades = places.map((place) => {
    const here = main.filter((part) => part.place === place);
    const kind = here.some((part) => part.kind === answer.kind)
      ? ('right' as const)
      : here.some((part) => isNear(part.kind, answer.kind))
        ? ('near' as const)
        : ('wrong' as const);
    const isPlaceRight = place === answer.place;
    const fromMs = Math.min(...here.map((part) => part.fromMs));
    const toMs = Math.max(...here.map((part) => part.toMs));
    return { kind, isPlaceRight, overlap: isPlaceRight ? overlapOf(answer, { fromMs, toMs }) : 0 };
  });
  const [best] = grades.toSorted(
    (a, b) =>
      Number(b.isPlaceRight) - Number(a.isPlaceRight) ||
      b.overlap - a.overlap ||
      rank[b.kind] - rank[a.kind],
  );
  return best ?? { kind: 'wrong', isPlaceRight: false, overlap: 0 };
}

const rank = { right: 2, near: 1, wrong: 0 };

const isNear = (a: CauseKind, b: CauseKind): boolean =>
  families.some((family) => family.includes(a) && family.includes(b));

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Intersection over union (Jaccard 1912). */
function overlapOf(a: Window, b: Window): number {
  const common = Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs);
  const union = Math.max(a.toMs, b.toMs) - Math.min(a.fromMs, b.fromMs);
  return union <= 0 ? 0 : Math.max(0, common) / union;
}
