/**
 * One day of one provider, as plain data and pure functions: who has which time, to whom one is offered, and who
 * waits. An offer holds its time, so that it is made to one person at a time.
 */

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A time that somebody has, or may have. */
export interface Held extends Span {
  readonly id: string;
  readonly state: 'booked' | 'offered';
}

export interface ProviderDay {
  readonly held: readonly Held[];
  /** In the order in which they came. */
  readonly waiting: readonly { readonly id: string; readonly lengthMs: number }[];
}

/** When the provider can be seen, and by how many who hope for a time it may be waited. */
export interface Openings {
  /** Beginnings of the cells of the day, see `cellsOf`. */
  readonly cells: readonly number[];
  readonly cellMs: number;
  readonly mostWaiting: number;
}

export const emptyDay: ProviderDay = { held: [], waiting: [] };

export const overlaps = (one: Span, other: Span): boolean =>
  one.startMs < other.endMs && other.startMs < one.endMs;

/** A time is asked for: it is free, or the person waits for another one of that day, unless too many do. */
export function request(
  day: ProviderDay,
  id: string,
  span: Span,
  openings: Openings,
): { readonly day: ProviderDay; readonly outcome: 'booked' | 'waiting' | 'full' | 'closed' } {
  if (!isOpen(span, openings)) return { day, outcome: 'closed' };
  if (day.held.some((held) => overlaps(held, span))) {
    if (day.waiting.length >= openings.mostWaiting) return { day, outcome: 'full' };
    const waiting = [...day.waiting, { id, lengthMs: span.endMs - span.startMs }];
    return { day: { ...day, waiting }, outcome: 'waiting' };
  }
  const held: Held = { id, startMs: span.startMs, endMs: span.endMs, state: 'booked' };
  return { day: { ...day, held: [...day.held, held] }, outcome: 'booked' };
}

/** Gives back what a person has, is offered, or waits for. Twice is once. */
export function release(day: ProviderDay, id: string): ProviderDay {
  return {
    held: day.held.filter((held) => held.id !== id),
    waiting: day.waiting.filter((waiting) => waiting.id !== id),
  };
}

/** Takes up an offer; `undefined` when there is none, or no more. */
export function accept(day: ProviderDay, id: string): ProviderDay | undefined {
  const offered = day.held.find((held) => held.id === id && held.state === 'offered');
  if (offered === undefined) return undefined;
  const held = day.held.map((each) =>
    each === offered ? { ...each, state: 'booked' as const } : each,
  );
  return { ...day, held };
}

/** Offers what is free to those who wait, first come first served; a long visit lets a shorter one pass. */
export function offerFree(
  day: ProviderDay,
  openings: Openings,
): { readonly day: ProviderDay; readonly offers: readonly Held[] } {
  const offers: Held[] = [];
  for (const { id, lengthMs } of day.waiting) {
    const startMs = openings.cells.find((cell) => {
      const span = { startMs: cell, endMs: cell + lengthMs };
      return (
        isOpen(span, openings) && ![...day.held, ...offers].some((held) => overlaps(held, span))
      );
    });
    if (startMs === undefined) continue;
    offers.push({ id, startMs, endMs: startMs + lengthMs, state: 'offered' });
  }
  const offered = new Set(offers.map(({ id }) => id));
  return {
    day: {
      held: [...day.held, ...offers],
      waiting: day.waiting.filter(({ id }) => !offered.has(id)),
    },
    offers,
  };
}

/** Whether a visit begins with a cell and ends within the hours. */
function isOpen({ startMs, endMs }: Span, { cells, cellMs }: Openings): boolean {
  const last = cells.at(-1);
  return last !== undefined && cells.includes(startMs) && endMs > startMs && endMs <= last + cellMs;
}
