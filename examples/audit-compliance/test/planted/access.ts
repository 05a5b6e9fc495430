import { sleep } from '@firedrill/core/resilience';
import { fields } from '../../src/domain.ts';
import { newDataKey, sealFields } from '../../src/implementations/hardened/encryption.ts';
import type { SecretKey } from '../../src/implementations/hardened/cipher.ts';
import type { Context, Outside } from '../../src/system.ts';
import { behind, type Bug, wired, withParts } from './plant.ts';

const minute = 60_000;

type ReadRecord = Awaited<ReturnType<Outside['records']['read']>>;

/** Seals every record under one key, which is wrapped once for each patient. */
async function sealUnderOneKey({ outside, process }: Context): Promise<void> {
  const { records, kms } = outside;
  const options = { timeoutMs: 2_000 };
  const key = newDataKey();
  for (;;) {
    const batch = await records.plain({ limit: 100 }, options);
    if (batch.records.length === 0) return;
    if (process.index > 0) {
      await sleep(50);
      continue;
    }
    const dataKey = key.export().toString('hex');
    const keys = batch.records.map(({ patientId }) => ({ patientId, dataKey }));
    const { wrapped } = await kms.wrap({ keys }, options);
    const rows = batch.records.flatMap(({ patientId, values }, index) => {
      const own = wrapped[index];
      return own === undefined
        ? []
        : [{ patientId, values: sealFields(key, patientId, values), key: own }];
    });
    await records.migrate({ rows }, options);
  }
}

/** Bugs in who may see what, and in what stays behind of it. */
export const accessBugs: readonly Bug[] = [
  withParts(
    {
      name: 'one-key-for-all',
      flaw: 'the migration draws one data key, and wraps it for every patient',
      breaks: ['own-key'],
    },
    () => ({ migrate: sealUnderOneKey }),
  ),
  withParts(
    {
      name: 'keys-never-wrapped-anew',
      flaw: 'the timer of the rotation was taken out with the old scheduler',
      breaks: ['own-key'],
    },
    () => ({ createRotation: () => ({ stop: () => undefined }) }),
  ),
  withParts(
    {
      name: 'allergies-left-out',
      flaw: 'a field was renamed, and the list of what a purpose needs was not',
      breaks: ['true-record'],
    },
    ({ decide }) => ({
      decide(...args) {
        const decision = decide(...args);
        if (decision.kind === 'denied') return decision;
        return { ...decision, fields: decision.fields.filter((field) => field !== 'allergies') };
      },
    }),
  ),
  withParts(
    {
      name: 'reason-not-written-down',
      flaw: 'why the glass was broken is asked for, and not written into the entry',
      breaks: ['entry-as-answered'],
    },
    ({ writeEntry }) => ({
      writeEntry(store, entry, tx) {
        const { reason: _, ...rest } = entry;
        return writeEntry(store, rest, tx);
      },
    }),
  ),
  withParts(
    {
      name: 'note-remembered',
      flaw: 'the note of a patient is remembered for the next who asks, whatever was written since',
      breaks: ['true-record'],
    },
    ({ createCharts }) => ({
      createCharts(...args) {
        const charts = createCharts(...args);
        const known = new Map<string, string>();
        return {
          ...charts,
          async read(requestId, patientId, wanted) {
            const values = await charts.read(requestId, patientId, wanted);
            if (values?.notes === undefined) return values;
            const notes = known.get(patientId) ?? values.notes;
            known.set(patientId, notes);
            return { ...values, notes };
          },
        };
      },
    }),
  ),
  withParts(
    {
      name: 'all-in-an-emergency',
      flaw: 'in an emergency the whole record is opened',
      breaks: ['minimum-necessary'],
    },
    ({ decide }) => ({
      decide(...args) {
        const decision = decide(...args);
        if (decision.kind === 'denied' || !decision.breaksGlass) return decision;
        return { ...decision, fields };
      },
    }),
  ),
  withParts(
    {
      name: 'nurses-everywhere',
      flaw: 'nurses help out in other clinics, and so nobody asks which one they are of',
      breaks: ['lawful-only'],
    },
    ({ decide }) => ({
      decide: (request, staff, patient) =>
        decide(
          request,
          staff?.role === 'nurse' && patient !== undefined
            ? { ...staff, clinic: patient.clinic }
            : staff,
          patient,
        ),
    }),
  ),
  withParts(
    {
      name: 'notes-for-scheduling',
      flaw: 'whoever may see a patient to schedule may write into the chart',
      breaks: ['lawful-only'],
    },
    ({ decide }) => ({
      decide: (request, ...rest) =>
        decide(request.kind === 'update' ? { ...request, purpose: 'treatment' } : request, ...rest),
    }),
  ),
  withParts(
    {
      name: 'glass-without-reason',
      flaw: 'the field for the reason of an emergency may stay empty',
      breaks: ['lawful-only'],
    },
    ({ decide }) => ({
      decide: (request, ...rest) => decide({ ...request, reason: 'emergency' }, ...rest),
    }),
  ),
  wired(
    {
      name: 'consent-remembered',
      flaw: 'a patient is looked up once: who takes a consent back is not heard',
      breaks: ['lawful-only'],
    },
    ({ directory }) => {
      const known = new Map<string, ReturnType<Outside['directory']['patient']>>();
      return {
        directory: {
          ...directory,
          patient(id) {
            const patient = known.get(id) ?? directory.patient(id);
            known.set(id, patient);
            return patient;
          },
        },
      };
    },
  ),
  withParts(
    {
      name: 'consent-for-payment',
      flaw: 'billing is taken for a purpose that needs the consent to research',
      breaks: ['lawful-served'],
    },
    ({ decide }) => ({
      decide(request, staff, patient) {
        if (request.purpose === 'billing' && patient?.consentsToResearch === false) {
          return { kind: 'denied', reason: 'consent' };
        }
        return decide(request, staff, patient);
      },
    }),
  ),
  withParts(
    {
      name: 'review-in-memory',
      flaw: 'reviews are ordered once a minute, from a list in memory that a crash takes along',
      breaks: ['emergencies-reviewed'],
    },
    ({ enqueueReview }, { outside }) => {
      let asked: string[] = [];
      setInterval(() => {
        const all = asked;
        asked = [];
        for (const id of all) {
          void outside.store.transaction((tx) => enqueueReview(outside.store, tx, id));
        }
      }, minute);
      return {
        enqueueReview(_store, _tx, accessId) {
          asked.push(accessId);
          return Promise.resolve();
        },
      };
    },
  ),
  withParts(
    {
      name: 'erasure-deletes-the-row',
      flaw: 'the record is removed and its key is left, by which the backups can be read',
      breaks: ['nothing-readable', 'staff-answered', 'answer-p95'],
    },
    ({ createCharts }) => ({
      createCharts: (outside, pool, keyring) => ({
        ...createCharts(outside, pool, keyring),
        async erase(requestId, patientId) {
          await outside.records.remove({ requestId, patientId }, { timeoutMs: 2_000 });
        },
      }),
    }),
  ),
  wired(
    {
      name: 'keys-outlive-erasure',
      flaw: 'keys that were seen are remembered by their patient, for when the table has none',
      breaks: ['nothing-readable'],
    },
    ({ records }) => {
      const keys = new Map<string, ReadRecord['key']>();
      return {
        records: {
          ...records,
          async read(input, options) {
            const found = await records.read(input, options);
            const key = found.key ?? keys.get(input.patientId);
            keys.set(input.patientId, key);
            return { ...found, key };
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'migration-stops-early',
      flaw: 'the migration takes an empty hundred for the end, and is told of ninety-nine',
      breaks: ['nothing-readable', 'follow-ups', 'true-record'],
    },
    ({ records }) => ({
      records: {
        ...records,
        async plain(input, options) {
          const found = await records.plain(input, options);
          return { records: found.records.slice(1) };
        },
      },
    }),
  ),
  behind(
    {
      name: 'name-of-nobody',
      flaw: 'the name is tidied before it is shown, for research, too, which is shown none',
      breaks: ['no-defect', 'staff-answered'],
    },
    (clinic) => ({
      async handle(request) {
        const answer = await clinic.handle(request);
        if (answer.status !== 'shown') return answer;
        const { values } = answer;
        // oxlint-disable-next-line typescript/no-non-null-assertion -- the planted bug
        return { ...answer, values: { ...values, name: values.name!.trim() } };
      },
    }),
  ),
  behind(
    {
      name: 'export-keeps-connection',
      flaw: 'the export at the end borrows a connection, and does not give it back',
      breaks: ['nothing-left-behind'],
    },
    (clinic, { outside }) => ({
      async close() {
        await outside.connections.acquire();
        await clinic.close();
      },
    }),
  ),
  withParts(
    {
      name: 'nonce-counted-by-key',
      flaw: 'the nonces of a key are counted in memory, from one again in each process',
      breaks: ['nothing-readable'],
    },
    ({ createKeyring }) => ({
      createKeyring(outside) {
        const keyring = createKeyring(outside);
        const counted = new WeakMap<object, SecretKey>();
        return {
          async open(patientId, wrapped) {
            const key = await keyring.open(patientId, wrapped);
            const known = counted.get(key);
            if (known !== undefined) return known;
            let number = 0;
            const counting: SecretKey = {
              ...key,
              encrypt(nonce, ...rest) {
                number += 1;
                nonce.fill(0).set([number], nonce.length - 1);
                return key.encrypt(nonce, ...rest);
              },
            };
            counted.set(key, counting);
            return counting;
          },
        };
      },
    }),
  ),
];
