import { newKey, open, seal, type SecretKey } from './cipher.ts';
import { type Field, fields, type FieldValues } from '../../domain.ts';

/**
 * Envelope encryption: every patient has a data key of their own, under which each field is sealed by
 * itself; the data key is wrapped by a master key that never leaves its vault. Who destroys the wrapped
 * key has erased the patient everywhere, in backups too.
 */

export const newDataKey = newKey;

/** A sealed field opens only for its own patient and in its own place. */
const placeOf = (patientId: string, field: string): string => `${patientId}/${field}`;

export const sealField = (key: SecretKey, patientId: string, field: Field, text: string): string =>
  seal(key, placeOf(patientId, field), Buffer.from(text));

export function sealFields(
  key: SecretKey,
  patientId: string,
  values: FieldValues,
): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = values[field];
      return text === undefined ? [] : [[field, sealField(key, patientId, field, text)]];
    }),
  );
}

/**
 * Opens the wanted fields and no other: what a purpose does not need is never decrypted.
 *
 * @throws SealBrokenError when one was changed, or moved from another patient or field.
 */
export function openFields(
  key: SecretKey,
  patientId: string,
  sealed: Readonly<Record<string, string>>,
  wanted: readonly Field[],
): FieldValues {
  return Object.fromEntries(
    wanted.flatMap((field) => {
      const text = sealed[field];
      return text === undefined
        ? []
        : [[field, open(key, placeOf(patientId, field), text).toString('utf8')]];
    }),
  );
}
