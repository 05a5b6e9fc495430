import { ServiceFailure } from '@firedrill/core/services';
import type { Patient } from '../domain.ts';

/**
 * A patient's record as it lies in the database: text or cipher text by field. A cipher text is nonce (12 bytes), tag
 * (16 bytes) and text in one, in hexadecimal.
 */
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
  /**
   * Patients of whose texts two have one nonce, under the one key that each of them has: whoever has the database can
   * work out the one from the other without it (NIST SP 800-38D, appendix A).
   */
  readonly nonceTwice: ReadonlySet<string>;
  readonly all: () => Iterable<StoredRecord>;
}

/** A nonce, a tag, and a text that may be empty, in hexadecimal. */
const cipherText = /^([\da-f]{24})[\da-f]{32,}$/;

export function createRecords(patients: readonly Patient[]): Records {
  const table = new Map<string, StoredRecord>(
    patients.map(({ id, values }) => [id, { patientId: id, values }]),
  );
  const keys = new Map<string, WrappedKey>();
  /** Patients whose record was sealed at some time: a destroyed key unseals nothing. */
  const sealed = new Set<string>();
  const backups: ReadonlyMap<string, StoredRecord>[] = [];
  /** Which text each nonce of a patient was used for. */
  const nonces = new Map<string, Map<string, string>>();
  const nonceTwice = new Set<string>();

  function noteNonces({ patientId, values }: StoredRecord): void {
    const known = nonces.get(patientId) ?? new Map<string, string>();
    nonces.set(patientId, known);
    for (const text of Object.values(values)) {
      const [, nonce] = cipherText.exec(text) ?? [];
      if (nonce === undefined) continue;
      if ((known.get(nonce) ?? text) !== text) nonceTwice.add(patientId);
      known.set(nonce, text);
    }
  }

  return {
    read(patientId) {
      const record = table.get(patientId);
      if (record === undefined) throw new ServiceFailure(404, `there is no record of ${patientId}`);
      return { record, key: keys.get(patientId) };
    },
    write(record) {
      noteNonces(record);
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
    nonceTwice,
    all: () => table.values(),
  };
}
