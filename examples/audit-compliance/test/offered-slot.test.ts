import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { offerMs } from '../src/domain/offers.ts';
import type { SlotEvent } from '../src/implementations/hardened/events.ts';
import { offerRules } from '../src/implementations/hardened/offers.ts';
import { emptySlot, evolve, type Slot, statusOf } from '../src/implementations/hardened/slot.ts';

const ids = ['a', 'b', 'c', 'd'] as const;
const deeds = ['book', 'cancel', 'accept', 'accept late', 'decline', 'lapse'] as const;
type Step = readonly [deed: (typeof deeds)[number], id: string];

const wish = (appointmentId: string) => ({ appointmentId, patientId: `patient-${appointmentId}` });
const untilOf = ({ offer }: Slot): number => new Date(offer?.until ?? 0).getTime();

function decide(slot: Slot, [deed, id]: Step): readonly SlotEvent[] {
  if (deed === 'book') return offerRules.book(slot, wish(id));
  if (deed === 'accept') return offerRules.accept(slot, id, untilOf(slot) - 1);
  if (deed === 'accept late') return offerRules.accept(slot, id, untilOf(slot));
  return offerRules[deed](slot, id);
}

/** Who has the slot, who is offered it, and who waits, the longest first, as people would keep it on paper. */
interface Paper {
  readonly has: string | undefined;
  readonly offered: string | undefined;
  readonly waits: readonly string[];
  readonly over: ReadonlySet<string>;
}

const blank: Paper = { has: undefined, offered: undefined, waits: [], over: new Set() };

function onPaper(paper: Paper, [deed, id]: Step): Paper {
  const { has, offered, waits, over } = paper;
  const isIn = has === id || offered === id || waits.includes(id);
  if (deed === 'book') {
    if (isIn || over.has(id)) return paper;
    const isFree = has === undefined && offered === undefined;
    return isFree ? { ...paper, has: id } : { ...paper, waits: [...waits, id] };
  }
  if (deed === 'accept') {
    return offered === id ? { ...paper, has: id, offered: undefined } : paper;
  }
  const isOut = deed === 'cancel' ? isIn : offered === id && deed !== 'accept late';
  if (!isOut) return paper;
  const left = waits.filter((each) => each !== id);
  const isFreed = has === id || offered === id;
  return {
    has: has === id ? undefined : has,
    offered: isFreed ? left[0] : offered,
    waits: isFreed ? left.slice(1) : left,
    over: new Set(over).add(id),
  };
}

describe('a slot that is offered', () => {
  test('is whose it would be on paper, whatever is asked of it, and whoever asks again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...deeds), fc.constantFrom(...ids, 'whose it is')), {
          minLength: 12,
          maxLength: 24,
        }),
        (steps) => {
          let slot = emptySlot;
          let paper = blank;
          for (const [deed, whose] of steps) {
            const isNamed = whose !== 'whose it is';
            const step: Step = [deed, isNamed ? whose : (paper.offered ?? paper.has ?? 'a')];
            slot = decide(slot, step).reduce(evolve, slot);
            paper = onPaper(paper, step);
            expect({
              has: slot.holder?.appointmentId,
              offered: slot.offer?.appointmentId,
              waits: slot.waiting.map(({ appointmentId }) => appointmentId),
            }).toEqual({ has: paper.has, offered: paper.offered, waits: paper.waits });
            expect(decide(slot, step)).toEqual([]);
            // Whose it is, is never mixed up.
            const { holder, offer } = slot;
            const all = [holder, offer, ...slot.waiting].filter((each) => each !== undefined);
            for (const each of all) expect(each).toMatchObject(wish(each.appointmentId));
            for (const id of paper.over)
              expect(statusOf(slot, { appointmentId: id })).toBeUndefined();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is offered for as long as it says, from the moment at which it is free', () => {
    const before = (['a', 'b'] as const).reduce(
      (slot, id) => offerRules.book(slot, wish(id)).reduce(evolve, slot),
      emptySlot,
    );
    const fromMs = Date.now();
    const slot = offerRules.cancel(before, 'a').reduce(evolve, before);
    expect(untilOf(slot)).toBeGreaterThanOrEqual(fromMs + offerMs);
    expect(untilOf(slot)).toBeLessThanOrEqual(Date.now() + offerMs);
    expect(decide(slot, ['accept', 'b'])).toHaveLength(1);
    expect(decide(slot, ['accept late', 'b'])).toEqual([]);
  });
});
