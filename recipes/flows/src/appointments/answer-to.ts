import type { MailKind } from './mail-kinds.ts';
import {
  accept,
  type Openings,
  type ProviderDay,
  release,
  request,
  type Span,
} from './provider-day.ts';

/** What is asked of one day of one provider: by a patient, but for `lapse`, which is the time of an offer being over. */
export const asks = ['request', 'cancel', 'accept', 'decline', 'lapse'] as const;

/** The day after it was asked something, and what is to follow. */
export interface Answer {
  readonly day: ProviderDay;
  readonly isBooked: boolean;
  readonly isFreed: boolean;
  /** What the patient is told. */
  readonly tells: readonly MailKind[];
}

// oxlint-disable-next-line typescript/consistent-return -- the switch knows every kind
export function answerTo(
  what: (typeof asks)[number],
  day: ProviderDay,
  visit: Span & { readonly id: string },
  openings: Openings,
): Answer {
  const { id } = visit;
  const nothing: Answer = { day, isBooked: false, isFreed: false, tells: [] };
  switch (what) {
    case 'request': {
      const asked = request(day, id, visit, openings);
      if (asked.outcome !== 'booked') return { ...nothing, day: asked.day, tells: [asked.outcome] };
      return { ...nothing, day: asked.day, isBooked: true, tells: ['confirmed'] };
    }
    case 'accept': {
      const after = accept(day, id);
      if (after === undefined) return { ...nothing, tells: ['too-late'] };
      return { ...nothing, day: after, isBooked: true, tells: ['confirmed'] };
    }
    case 'cancel':
      return { ...nothing, day: release(day, id), isFreed: true, tells: ['cancelled'] };
    case 'decline':
    case 'lapse': {
      // A lapse comes after every offer: of one that was taken up, or declined, nothing is left to lapse.
      const isOffered = day.held.some((held) => held.id === id && held.state === 'offered');
      if (!isOffered) return nothing;
      return { ...nothing, day: release(day, id), tells: what === 'lapse' ? ['lapsed'] : [] };
    }
  }
}
