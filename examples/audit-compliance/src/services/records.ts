import { ServiceFailure } from '@firedrill/core/services';
import type { Patient } from '../domain.ts';

/** A patient's record as it lies in the database: text or cipher text by field. */
export interface StoredRecord {
  readonly patientId: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A patient's data key, wrapped by a version of the master key. */
export interface WrappedKey {
  readonly masterVersion: number;
  /** Hexadecimal. */
  readonly wrapped: string;
}

/** The database of the records, a table of keys beside it, and the backups of the records alone. */
export interface Records {
  read(patientId: string): { readonly record: StoredRecord; readonly key: WrappedKey | undefined };
  write(record: StoredRecord): void;
  remove(patientId: string): void;
  keyOf(patientId: string): WrappedKey | undefined;
  /** Replaces a wrapped key, unless it was changed or destroyed meanwhile. Says whether it did. */
  replaceKey(patientId: string, from: WrappedKey | undefined, to: WrappedKey): boolean;
  destroyKey(patientId: string): void;
  /** Keys that are wrapped by an older master key, at most `limit` of them. */
  keysBefore(
    masterVersion: number,
    limit: number,
  ): readonly { readonly patientId: string; readonly key: WrappedKey }[];
  /** Records that still lie there as text, at most `limit` of them. */
  plain(limit: number): readonly StoredRecord[];
  /** Copies the records to where nobody deletes anything. The keys are not copied. */
  backUp(): void;
  /** Everything that lies there of a patient, backups included. */
  copiesOf(patientId: string): readonly StoredRecord[];
  readonly all: () => Iterable<StoredRecord>;
}

export function createRecords(patients: readonly Patient[]): Records {
  const table = new Map<string, StoredRecord>(
    patients.map(({ id, values }) => [id, { patientId: id, values }]),
  );
  const keys = new Map<string, WrappedKey>();
  /** Patients whose record was sealed at some time: a destroyed key unseals nothing. */
  const sealed = new Set<string>();
  const backups: ReadonlyMap<string, StoredRecord>[] = [];

  return {
    read(patientId) {
      const record = table.get(patientId);
      if (record === undefined) throw new ServiceFailure(404, `there is no record of ${patientId}`);
      return { record, key: keys.get(patientId) };
    },
    write(record) {
      table.set(record.patientId, record);
    },
    remove(patientId) {
      table.delete(patientId);
    },
    keyOf: (patientId) => keys.get(patientId),
    replaceKey(patientId, from, to) {
      if (keys.get(patientId)?.wrapped !== from?.wrapped) return false;
      keys.set(patientId, to);
      sealed.add(patientId);
      return true;
    },
    destroyKey(patientId) {
      keys.delete(patientId);
    },
    keysBefore(masterVersion, limit) {
      const stale: { readonly patientId: string; readonly key: WrappedKey }[] = [];
      for (const [patientId, key] of keys) {
        if (stale.length === limit) break;
        if (key.masterVersion < masterVersion) stale.push({ patientId, key });
      }
      return stale;
    },
    plain(limit) {
      const found: StoredRecord[] = [];
      for (const [patientId, record] of table) {
        if (found.length === limit) break;
        if (!sealed.has(patientId)) found.push(record);
      }
      return found;
    },
    backUp() {
      backups.push(new Map(table));
    },
    copiesOf: (patientId) => [table, ...backups].flatMap((copy) => copy.get(patientId) ?? []),
    all: () => table.values(),
  };
}
