import {
  array,
  assert,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
} from 'fast-check';
import { expect, test } from 'vitest';
import { answerTo } from './answer-to.ts';
import {
  accept,
  emptyDay,
  offerFree,
  overlaps,
  type ProviderDay,
  release,
  request,
} from './provider-day.ts';

const openings = { cells: [0, 10, 20, 30], cellMs: 10, mostWaiting: 20 };
const span = (startMs: number, lengthMs = 10) => ({ startMs, endMs: startMs + lengthMs });

test('the second who wants a time waits, and is offered it when it is given back', () => {
  const first = request(emptyDay, 'ann', span(10), openings);
  const second = request(first.day, 'bob', span(10), openings);
  expect([first.outcome, second.outcome]).toEqual(['booked', 'waiting']);
  const full = {
    ...second.day,
    held: [
      ...second.day.held,
      { id: 'x', state: 'booked', ...span(0) },
      { id: 'y', state: 'booked', ...span(20, 20) },
    ],
  } as const;
  expect(offerFree(full, openings).offers).toEqual([]);
  const { offers } = offerFree(release(full, 'ann'), openings);
  expect(offers).toEqual([{ id: 'bob', startMs: 10, endMs: 20, state: 'offered' }]);
});

test('whoever comes when as many wait as may is told so, and is not on the list', () => {
  const short = { ...openings, mostWaiting: 1 };
  const { day } = request(request(emptyDay, 'ann', span(10), short).day, 'bob', span(10), short);
  expect(request(day, 'cleo', span(10), short)).toEqual({ day, outcome: 'full' });
  expect(request(day, 'cleo', span(20), short).outcome).toBe('booked');
});

test('two visits of different lengths that overlap are a double booking, too', () => {
  const { day } = request(emptyDay, 'ann', span(0, 20), openings);
  expect(request(day, 'bob', span(10), openings).outcome).toBe('waiting');
});

test('a time outside of the hours, between two cells, or over the end is refused', () => {
  for (const wrong of [span(40), span(5), span(30, 20), span(10, 0)]) {
    expect(request(emptyDay, 'ann', wrong, openings).outcome).toBe('closed');
  }
});

test('an offer that was given back cannot be taken up', () => {
  const offered = offerFree({ held: [], waiting: [{ id: 'ann', lengthMs: 10 }] }, openings).day;
  expect(accept(offered, 'ann')?.held[0]?.state).toBe('booked');
  expect(accept(release(offered, 'ann'), 'ann')).toBeUndefined();
});

test('the lapse of an offer that was taken up changes nothing, and tells nobody', () => {
  const offered = offerFree({ held: [], waiting: [{ id: 'ann', lengthMs: 10 }] }, openings).day;
  const visit = { id: 'ann', ...span(0) };
  const { day, isBooked } = answerTo('accept', offered, visit, openings);
  expect(isBooked).toBe(true);
  expect(answerTo('lapse', day, visit, openings)).toMatchObject({ day, tells: [], isFreed: false });
  expect(answerTo('lapse', offered, visit, openings).tells).toEqual(['lapsed']);
});

test('whatever is asked in whatever order, nothing overlaps, and who waits has nothing that would fit', () => {
  const action = oneof(
    record({
      kind: constant('request' as const),
      id: integer({ min: 0, max: 9 }).map(String),
      startMs: constantFrom(0, 10, 20, 30),
      lengthMs: constantFrom(10, 20),
    }),
    record({
      kind: constantFrom('release' as const, 'accept' as const),
      id: integer({ min: 0, max: 9 }).map(String),
    }),
  );
  assert(
    property(array(action, { maxLength: 40 }), (actions) => {
      let day: ProviderDay = emptyDay;
      for (const each of actions) {
        if (each.kind === 'request') {
          const isKnown = [...day.held, ...day.waiting].some(({ id }) => id === each.id);
          if (!isKnown)
            day = request(day, each.id, span(each.startMs, each.lengthMs), openings).day;
        } else if (each.kind === 'accept') day = accept(day, each.id) ?? day;
        else day = release(day, each.id);
        ({ day } = offerFree(day, openings));
        for (const [index, one] of day.held.entries()) {
          expect(day.held.slice(index + 1).filter((other) => overlaps(one, other))).toEqual([]);
        }
        expect(offerFree(day, openings).offers).toEqual([]);
      }
    }),
  );
});
