import type { Request } from '../src/domain.ts';

type Read = Extract<Request, { kind: 'read' }>;
type Booking = Extract<Request, { kind: 'book' }>;

/** A physician reads the chart of a patient. */
export const read = (number: number, more: Partial<Read> = {}): Read => ({
  kind: 'read',
  requestId: `request-${number}`,
  staffId: 'physician-north-1',
  patientId: 'patient-0001',
  purpose: 'treatment',
  ...more,
});

/** A physician of another clinic breaks the glass. */
export const emergencyOf = (number: number): Read =>
  read(number, {
    staffId: 'physician-south-1',
    purpose: 'emergency',
    reason: 'unconscious on arrival',
  });

/** The desk books a slot for a patient. */
export const booking = (number: number, more: Partial<Booking> = {}): Booking => ({
  kind: 'book',
  requestId: `request-${number}`,
  staffId: 'receptionist-north-1',
  patientId: 'patient-0001',
  purpose: 'scheduling',
  slotId: 'slot-1',
  ...more,
});
