import type { AnyTypes } from '../scenario/example.ts';
import { plural } from '../scenario/format.ts';
import type { Check } from '../scenario/record.ts';
import type { ExampleTypes } from '../scenario/index.ts';
import type { Hint, OwnRun } from './exercise.ts';

/** Faults that are named; the rest is counted. */
const namedFaults = 4;

/** Parts that an exercise is given say what they give up on purpose: that is not the learner's. */
const isGiven = (place: string | undefined): boolean =>
  place?.startsWith('implementations/') === true;

/** What came out of the learner's code most often, as a sentence. */
export function mostThrown<E extends ExampleTypes>({
  thrown,
  clock,
}: Pick<OwnRun<E>, 'thrown' | 'clock'>): string {
  const own = thrown.filter(({ place }) => !isGiven(place));
  const [most] = own.toSorted((a, b) => b.count - a.count);
  if (most === undefined) return 'Your code reported no error at all.';
  const place = most.place === undefined ? '' : ` at ${most.place}`;
  return `What your code reported most often${place}: ${most.name}, ${most.message} (${most.count} times, first at ${clock(most.firstAtMs)}).`;
}

/**
 * What can be said of any rule that does not hold: its first violation, what struck the system then,
 * and what its code threw.
 *
 * @param why What is going on, in words of the exercise. Default: what was asked for, and found.
 */
export function plainHint(run: OwnRun<AnyTypes>, check: Check, why?: string): Hint {
  const { firstViolation, observed, expected, title } = check;
  const end = `At the end: ${observed}; asked for: ${expected}.`;
  const where =
    firstViolation === undefined
      ? end
      : `It happened first at ${run.clock(firstViolation.atMs)}: ${firstViolation.text}. ${end}`;
  const meaning = why ?? `Asked for is that ${title}.`;
  return { where, why: [meaning, struck(run, firstViolation?.atMs), mostThrown(run)].join(' ') };
}

/** Faults that were at work at a moment; without one, all of the run. */
function struck({ faults, clock }: OwnRun<AnyTypes>, atMs: number | undefined): string {
  const then = faults.filter(
    ({ fromMs, toMs }) => atMs === undefined || (fromMs <= atMs && atMs < toMs),
  );
  if (then.length === 0) return 'No fault was at work just then: it takes none to break this.';
  const named = then
    .slice(0, namedFaults)
    .map(
      ({ service, kind, fromMs, toMs }) =>
        `${service} (${kind}, ${clock(fromMs)} to ${clock(toMs)})`,
    );
  const more = then.length - named.length;
  const rest = more > 0 ? ` and ${plural(more, 'other')}` : '';
  return `${atMs === undefined ? 'Struck were' : 'Struck were just then'} ${named.join(', ')}${rest}.`;
}
