import * as fc from 'fast-check';
import { createRandom } from '@firedrill/core/simulation';
import { describe, expect, test } from 'vitest';
import {
  decide,
  type Field,
  fields,
  fieldsFor,
  type Patient,
  purposes,
  purposesOf,
  type Role,
  type Staff,
} from '../src/domain.ts';
import { open, seal, SealBrokenError } from '../src/implementations/hardened/cipher.ts';
import { newDataKey, openFields, sealFields } from '../src/implementations/hardened/encryption.ts';
import type { SlotEvent } from '../src/implementations/hardened/events.ts';
import {
  book,
  cancel,
  emptySlot,
  evolve,
  remind,
  type Slot,
  statusOf,
} from '../src/implementations/hardened/slot.ts';
import { createKms } from '../src/services/kms.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one text for each field
const values = Object.fromEntries(fields.map((field) => [field, `the ${field}`])) as Record<
  Field,
  string
>;
const patient: Patient = { id: 'patient-0001', clinic: 'north', consentsToResearch: false, values };
const member = (role: Role, clinic = 'north'): Staff => ({ id: 'x', role, clinic });
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
const roles = Object.keys(purposesOf) as Role[];

describe('the policy', () => {
  test.each([
    [
      'a physician of the care team reads for treatment',
      'physician',
      'north',
      'read',
      'treatment',
      'granted',
    ],
    ['a physician from elsewhere does not', 'physician', 'south', 'read', 'treatment', 'care-team'],
    ['in an emergency the glass breaks', 'physician', 'south', 'read', 'emergency', 'granted'],
    [
      'a receptionist may not name treatment as a purpose',
      'receptionist',
      'north',
      'read',
      'treatment',
      'purpose',
    ],
    [
      'a receptionist may not change a record',
      'receptionist',
      'north',
      'update',
      'scheduling',
      'role',
    ],
    [
      'research needs the consent of the patient',
      'researcher',
      'south',
      'read',
      'research',
      'consent',
    ],
    ['nobody but a privacy officer erases', 'physician', 'north', 'erase', 'erasure', 'role'],
  ] as const)('%s', (_, role, clinic, kind, purpose, expected) => {
    const reason = 'unconscious';
    const decision = decide({ kind, purpose, reason }, member(role, clinic), patient);
    expect(decision.kind === 'granted' ? 'granted' : decision.reason).toBe(expected);
  });

  test('never grants a purpose that the role does not have, nor a field that the purpose does not need', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...roles),
        fc.constantFrom('north', 'south'),
        fc.constantFrom('read', 'update', 'book', 'cancel', 'review', 'erase'),
        fc.constantFrom(...purposes),
        fc.boolean(),
        (role, clinic, kind, purpose, consentsToResearch) => {
          const decision = decide({ kind, purpose }, member(role, clinic), {
            ...patient,
            consentsToResearch,
          });
          fc.pre(decision.kind === 'granted');
          expect(purposesOf[role]).toContain(purpose);
          expect(decision).toEqual({
            kind: 'granted',
            fields: fieldsFor[purpose],
            breaksGlass: purpose === 'emergency',
          });
          expect(purpose !== 'research' || consentsToResearch).toBe(true);
        },
      ),
    );
  });
});

describe('field encryption', () => {
  test('opens what it sealed, and only what is wanted', () => {
    fc.assert(
      fc.property(fc.string(), fc.subarray([...fields]), (text, wanted) => {
        const key = newDataKey();
        const sealed = sealFields(key, patient.id, { ...values, notes: text });
        const opened = openFields(key, patient.id, sealed, wanted);
        expect(Object.keys(opened)).toEqual(wanted);
        expect(opened.notes).toBe(wanted.includes('notes') ? text : undefined);
        expect(JSON.stringify(sealed)).not.toContain(values.insurance);
      }),
    );
  });

  test('notices any byte that is changed, another key, another patient and another field', () => {
    const key = newDataKey();
    const sealed = seal(key, 'patient-0001/notes', Buffer.from('well'));
    expect(open(key, 'patient-0001/notes', sealed).toString()).toBe('well');
    for (let digit = 0; digit < sealed.length; digit += 1) {
      const changed = sealed[digit] === '0' ? '1' : '0';
      const text = `${sealed.slice(0, digit)}${changed}${sealed.slice(digit + 1)}`;
      expect(() => open(key, 'patient-0001/notes', text), `digit ${digit}`).toThrow(
        SealBrokenError,
      );
    }
    expect(() => open(newDataKey(), 'patient-0001/notes', sealed)).toThrow('Restore it');
    expect(() => open(key, 'patient-0002/notes', sealed)).toThrow(SealBrokenError);
    expect(() => open(key, 'patient-0001/name', sealed)).toThrow(SealBrokenError);
  });

  test('opens a field for its own patient and in its own place alone', () => {
    const key = newDataKey();
    const sealed = sealFields(key, 'patient-0001', values);
    expect(() => openFields(key, 'patient-0002', sealed, ['notes'])).toThrow(SealBrokenError);
    const moved = { ...sealed, notes: sealed['phone'] ?? '' };
    expect(() => openFields(key, 'patient-0001', moved, ['notes'])).toThrow(SealBrokenError);
  });

  test('seals the same text in another way each time', () => {
    const key = newDataKey();
    expect(seal(key, 'a', Buffer.from('x'))).not.toBe(seal(key, 'a', Buffer.from('x')));
  });
});

describe('the vault', () => {
  test('unwraps what it wrapped, before and after a rotation, for the right patient only', () => {
    const kms = createKms(createRandom(1, 'kms'));
    const key = newDataKey();
    const wrapped = kms.wrap('patient-0001', key);
    expect(kms.rotate(1)).toBe(2);
    expect(kms.unwrap('patient-0001', wrapped).export()).toEqual(key.export());
    const rewrapped = kms.wrap('patient-0001', kms.unwrap('patient-0001', wrapped));
    expect(rewrapped.masterVersion).toBe(2);
    expect(kms.unwrap('patient-0001', rewrapped).export()).toEqual(key.export());
    expect(() => kms.unwrap('patient-0002', wrapped)).toThrow(SealBrokenError);
  });

  test('rotates once for all who saw the same version', () => {
    const kms = createKms(createRandom(1, 'kms'));
    expect([kms.rotate(1), kms.rotate(1), kms.rotate(0)]).toEqual([2, 2, 2]);
  });
});

/** Given these events, when somebody decides, then these events follow. */
const given = (events: readonly SlotEvent[]): Slot => events.reduce<Slot>(evolve, emptySlot);
const wish = (appointmentId: string) => ({ appointmentId, patientId: 'patient-0001' });
const booked = (id: string): SlotEvent => ({ type: 'appointment.booked', data: wish(id) });
const waitlisted = (id: string): SlotEvent => ({ type: 'appointment.waitlisted', data: wish(id) });

describe('a slot', () => {
  test('is booked by the first, and waited for by the others', () => {
    expect(book(given([]), wish('a'))).toEqual([booked('a')]);
    expect(book(given([booked('a')]), wish('b'))).toEqual([waitlisted('b')]);
  });

  test('asked for again gives nothing new', () => {
    expect(book(given([booked('a'), waitlisted('b')]), wish('a'))).toEqual([]);
    expect(book(given([booked('a'), waitlisted('b')]), wish('b'))).toEqual([]);
  });

  test('that is cancelled goes to who waits first, in the same breath', () => {
    const slot = given([booked('a'), waitlisted('b'), waitlisted('c')]);
    const events = cancel(slot, 'a');
    expect(events.map(({ type }) => type)).toEqual([
      'appointment.cancelled',
      'appointment.offered',
    ]);
    const after = events.reduce(evolve, slot);
    expect(statusOf(after, { appointmentId: 'b' })).toBe('booked');
    expect(after.cancelled.get('a')).toEqual(wish('b'));
    expect(cancel(after, 'a')).toEqual([]);
  });

  test('reminds its holder once, and nobody who gave it back', () => {
    const slot = given([booked('a')]);
    const events = remind(slot, 'a');
    expect(events).toHaveLength(1);
    expect(remind(events.reduce(evolve, slot), 'a')).toEqual([]);
    expect(remind(cancel(slot, 'a').reduce(evolve, slot), 'a')).toEqual([]);
  });

  test('has one holder at most, whatever is asked of it', () => {
    const step = fc.tuple(
      fc.constantFrom('book', 'cancel', 'remind'),
      fc.constantFrom('a', 'b', 'c', 'd'),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const slot = steps.reduce<Slot>((now, [what, id]) => {
          const events =
            what === 'book'
              ? book(now, wish(id))
              : what === 'cancel'
                ? cancel(now, id)
                : remind(now, id);
          return events.reduce(evolve, now);
        }, emptySlot);
        const holders = ['a', 'b', 'c', 'd'].filter(
          (id) => statusOf(slot, { appointmentId: id }) === 'booked',
        );
        expect(holders.length).toBeLessThanOrEqual(1);
        expect(slot.waiting.length === 0 || holders.length === 1).toBe(true);
      }),
    );
  });
});
