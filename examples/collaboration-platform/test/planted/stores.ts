import type { Fault } from '@firedrill/core/services';
import * as Y from 'yjs';
import { Canvas } from '../../src/domain/canvas.ts';
import type { PermissionAnswer } from '../../src/implementations/hardened/permission-cache.ts';
import { type Bug, withPorts } from './plant.ts';

const minute = 60_000;

const failing = (service: string): readonly Fault[] => [
  { kind: 'error', id: `${service}-fails`, service, fromMs: minute, toMs: 2 * minute, share: 0.5 },
];

/** Bugs in what is stored, and in what is read back. */
export const storeBugs: readonly Bug[] = [
  withPorts(
    {
      name: 'saved-once',
      flaw: 'a document that has been saved counts as saved, whatever changes in it',
      breaks: ['no-edit-lost', 'no-change-lost'],
    },
    ({ save }) => {
      const saved = new Set<string>();
      return {
        async save(roomId, document) {
          if (saved.has(roomId)) return;
          await save(roomId, document);
          saved.add(roomId);
        },
      };
    },
  ),
  withPorts(
    {
      name: 'saved-by-size',
      flaw: 'a document with as many notes as when it was saved counts as saved, wherever they are moved',
      breaks: ['no-change-lost'],
    },
    ({ save }) => {
      const savedNotes = new Map<string, number>();
      return {
        async save(roomId, document) {
          const canvas = new Canvas(1);
          Y.applyUpdate(canvas.doc, document);
          if (savedNotes.get(roomId) === canvas.size) return;
          await save(roomId, document);
          savedNotes.set(roomId, canvas.size);
        },
      };
    },
  ),
  withPorts(
    {
      name: 'save-of-the-one-before',
      flaw: 'the save that is due writes what was there at the one before',
      breaks: ['no-edit-lost', 'no-change-lost'],
    },
    ({ save }) => {
      const before = new Map<string, Uint8Array>();
      return {
        async save(roomId, document) {
          const older = before.get(roomId) ?? document;
          before.set(roomId, document);
          await save(roomId, older);
        },
      };
    },
  ),
  withPorts(
    {
      name: 'load-remembered',
      flaw: 'a document that was loaded once is remembered, whatever was saved since',
      breaks: ['no-edit-lost'],
    },
    ({ load }) => {
      const known = new Map<string, Promise<Uint8Array | undefined>>();
      return {
        load(roomId) {
          const found = known.get(roomId) ?? load(roomId);
          known.set(roomId, found);
          return found;
        },
      };
    },
  ),
  withPorts(
    {
      name: 'history-backwards',
      flaw: 'a batch of the history is written with the newest entry first',
      breaks: ['history-in-order'],
    },
    ({ recordHistory }) => ({
      recordHistory: (entries) => recordHistory(entries.toReversed()),
    }),
  ),
  withPorts(
    {
      name: 'history-of-the-first',
      flaw: 'of a batch the history is given the first entry',
      breaks: ['history-complete'],
    },
    ({ recordHistory }) => ({ recordHistory: (entries) => recordHistory(entries.slice(0, 1)) }),
  ),
  withPorts(
    {
      name: 'history-names-the-first',
      flaw: 'a batch of the history is written in the name of whoever is first in it',
      breaks: ['true-history'],
    },
    ({ recordHistory }) => ({
      recordHistory: (entries) => {
        const by = entries[0]?.by;
        return recordHistory(entries.map((entry) => ({ ...entry, by: by ?? entry.by })));
      },
    }),
  ),
  withPorts(
    {
      name: 'history-of-the-writing',
      flaw: 'the history says when it was written, not when it was done',
      breaks: ['true-history'],
    },
    ({ recordHistory, nowMs }) => ({
      recordHistory: (entries) =>
        recordHistory(entries.map((entry) => ({ ...entry, atMs: nowMs() }))),
    }),
  ),
  withPorts(
    {
      name: 'analytics-after-hours',
      flaw: 'what analytics should hear is kept for a job at night that nobody has written',
      breaks: ['analytics-arrive'],
    },
    () => ({ trackAnalytics: async () => undefined }),
  ),
  withPorts(
    {
      name: 'history-without-late',
      flaw: 'what was drawn without a network is taken for written, as its time has passed',
      breaks: ['history-complete'],
    },
    ({ recordHistory }) => ({
      recordHistory: (entries) => recordHistory(entries.filter(({ isLate }) => !isLate)),
    }),
  ),
  withPorts(
    {
      name: 'history-asked-once',
      flaw: 'history that refuses is logged, and not asked again',
      breaks: ['history-complete'],
    },
    ({ recordHistory }) => ({
      recordHistory: (entries) => recordHistory(entries).catch(() => undefined),
    }),
  ),
  withPorts(
    {
      name: 'role-of-the-one-before',
      flaw: 'the answer about a role is kept in a variable that all questions share',
      breaks: [
        'admins-are-told',
        'cursors-are-shown',
        'only-admins-decide',
        'only-what-the-role-may-see',
        'strokes-shown',
      ],
    },
    ({ checkPermission }) => {
      let last: PermissionAnswer | undefined;
      return {
        async checkPermission(personId, roomId) {
          const before = last;
          last = await checkPermission(personId, roomId);
          return before ?? last;
        },
      };
    },
  ),
  withPorts(
    {
      name: 'editor-without-an-answer',
      flaw: 'who cannot be looked up may edit, so that nobody has to wait',
      breaks: ['only-what-the-role-may-see'],
      faults: failing('permissions'),
    },
    ({ checkPermission }) => ({
      checkPermission: (personId, roomId) =>
        checkPermission(personId, roomId).catch(() => ({ role: 'editor' as const, number: 0 })),
    }),
  ),
];
