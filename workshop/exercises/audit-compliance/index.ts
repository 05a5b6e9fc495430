import { defineIncident } from '@firedrill/core/workshop';
import { example } from 'audit-compliance/src/example.ts';
import type { Clinics } from 'audit-compliance/src/types.ts';

const floor = { 'staff-answered': 0.5 };
const processes = ['app-1', 'app-2', 'app-3'];

export const incident = defineIncident<Clinics>({
  example,
  // A seventh of the requests, of fewer people, who meet what the exercises are about more often: the Monday in
  // full takes twice as long as somebody waits for an answer.
  settings: {
    requestsPerDay: 15_000,
    patients: 100,
    slots: 150,
    emergencyShare: 0.04,
    snoopShare: 0.08,
  },
  exercises: [
    {
      name: '1-auditors',
      title: 'The auditors miss nothing',
      task: 'Every entry reaches the auditors in the end, once, however long they do not answer.',
      given: ['createBreakers', 'a batch that rejects comes again', 'hasKeys'],
      rules: {
        'no-access-without-entry': 'no access without an entry',
        'no-acknowledged-entry-lost': 'no entry lost',
        'denials-on-record': 'denials are on record',
        'lawful-served': 'who may, is served',
      },
      floor,
      unseen: { services: ['audit', ...processes] },
      hints: {
        'no-access-without-entry':
          'The batch was not taken, and the code went on as if it had been: what resolves is never given out again.',
        'no-acknowledged-entry-lost':
          'What stands in the store was to be forwarded, and the one call for it failed.',
        'denials-on-record': 'A denial is an entry like any other, and was in a batch that failed.',
      },
    },
    {
      name: '2-entry-first',
      title: 'The entry comes before the access',
      task: 'Nothing is read or changed before its entry is safe, and an attempt that is repeated is one entry.',
      given: [
        'store.append: resolves when it can no longer be lost',
        'eventIdOf: an id from a text',
      ],
      rules: {
        'entry-before-access': 'the entry comes first',
        'no-entry-twice': 'no entry twice',
        'no-unhandled-rejection': 'every error is heard',
      },
      floor,
      unseen: { services: ['audit', ...processes] },
      hints: {
        'entry-before-access':
          'The record was read while its entry was still on the way. If the process ends at that moment, somebody has seen a patient and nobody will know.',
        'no-entry-twice':
          'The answer to a request was lost, somebody asked again, and each attempt wrote an entry of its own: nothing says that they are the same.',
      },
    },
    {
      name: '3-lawful',
      title: 'As much as the purpose needs',
      task: 'Nobody sees whom role, purpose, care team or consent forbid, and nobody more than the purpose needs.',
      given: [
        'roleMay, purposesOf, purposesFor, fieldsFor',
        'the reasons of a denial, in their order',
      ],
      rules: {
        'lawful-only': 'nobody sees too much',
        'minimum-necessary': 'no field too many',
        'lawful-served': 'who may, sees',
      },
      floor,
      unseen: { services: ['audit', ...processes] },
      hints: {
        'lawful-only':
          'A role was enough. Whose patient it is, what for, and whether the patient has agreed was never asked.',
        'minimum-necessary':
          'All fields were shown. Who sends a bill needs no notes of a physician, and who calls a patient no diagnosis.',
        'lawful-served':
          'Somebody was denied what the law allows: look at the platform itself, which reads a number to write to a patient, and at emergencies.',
      },
    },
    {
      name: '4-broken-glass',
      title: 'Every emergency is looked at',
      task: 'An emergency access that nobody reviews in time goes to the privacy officer, and no other does.',
      given: ['an outbox: headers.dueAt', 'store.readStream(accessStream(patientId))'],
      rules: {
        'escalated-in-time': 'escalated in time',
        'emergencies-reviewed': 'every emergency reviewed',
      },
      floor,
      unseen: { services: ['messages', ...processes] },
      hints: {
        'escalated-in-time':
          'The officer was told at once, and of all of them. A deadline has a time; when it has passed, somebody has to look whether there is a review.',
      },
    },
    {
      name: '5-erased',
      title: 'Erased is erased',
      task: 'Whoever was erased can be read nowhere any more, not even in a backup with all keys of the vault.',
      given: ['records.destroyKey', 'fields that are sealed under a key of the patient'],
      rules: { 'nothing-readable': 'nothing readable' },
      floor,
      unseen: { services: ['records', 'kms', ...processes] },
      hints: {
        'nothing-readable':
          'The row is empty and the backup is not: the fields in it are sealed, and the key that opens them is still wrapped in the database. Nobody can erase a backup; but what it takes to read it can be destroyed.',
      },
    },
  ],
  next: [
    'examples/audit-compliance/README.md: how each week went, with the figures',
    'examples/audit-compliance/src/implementations/hardened/program.ts: all parts in one process',
    'pnpm --filter audit-compliance start -- --scenario=scale',
  ],
});
