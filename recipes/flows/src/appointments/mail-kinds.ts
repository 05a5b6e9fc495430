/** What a patient is told. */
export const mailKinds = [
  'confirmed',
  'waiting',
  'full',
  'closed',
  'offered',
  'lapsed',
  'too-late',
  'cancelled',
  'reminder',
] as const;
export type MailKind = (typeof mailKinds)[number];
