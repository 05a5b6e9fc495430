import { type Bug, wired, withReplica } from './plant.ts';
import { compactionBugs } from './compaction.ts';
import { conflictBugs } from './conflicts.ts';
import { crashBugs } from './crashes.ts';
import { returnBugs } from './returns.ts';
import { screenBugs } from './screens.ts';
import { storeBugs } from './stores.ts';

/** Bugs in how the platform meets its services. */
const wiringBugs: readonly Bug[] = [
  wired(
    {
      name: 'tally-without-name',
      flaw: 'the tally of a day is labelled with a name that is not always there',
      breaks: ['no-defect'],
    },
    ({ outside, telemetry }) => {
      let calls = 0;
      return {
        analytics: {
          track: async (input, options) => {
            calls += 1;
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the planted bug
            const label = (calls % 5 === 0 ? undefined : input.name) as string;
            try {
              return await outside.analytics.track({ ...input, name: label.trim() }, options);
            } catch (error) {
              telemetry.failed(error);
              throw error;
            }
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'news-of-decisions-kept',
      flaw: 'the subscription to decisions is not ended when the platform closes',
      breaks: ['nothing-left-behind'],
    },
    ({ outside }) => ({
      accessChanges: {
        onMessage(handler) {
          outside.accessChanges.onMessage(handler);
          return () => undefined;
        },
      },
    }),
  ),
  wired(
    {
      name: 'history-at-most-once',
      flaw: 'a batch of history that fails is taken for written',
      breaks: ['history-complete'],
    },
    ({ outside }) => ({
      history: {
        append: (input, options) =>
          outside.history.append(input, options).catch(() => ({ appended: 0 })),
      },
    }),
  ),
  wired(
    {
      name: 'document-not-saved',
      flaw: 'a document counts as saved before it is',
      breaks: ['no-edit-lost'],
    },
    ({ outside }) => ({
      documentStore: { ...outside.documentStore, save: async () => ({ saved: true }) },
    }),
  ),
  withReplica(
    {
      name: 'deleted-is-hidden',
      flaw: 'what is deleted is only taken off the board',
      breaks: ['no-change-lost'],
    },
    (change) => (change.kind === 'delete' ? { kind: 'hide', shapeId: change.shapeId } : change),
  ),
  withReplica(
    {
      name: 'text-cut-off',
      flaw: 'a text is kept to its fifth letter, on every screen',
      breaks: ['no-change-lost'],
    },
    (change) => (change.kind === 'write' ? { ...change, text: change.text.slice(0, 5) } : change),
  ),
];

const bugs: readonly Bug[] = [
  ...wiringBugs,
  ...screenBugs,
  ...storeBugs,
  ...crashBugs,
  ...conflictBugs,
  ...compactionBugs,
  ...returnBugs,
];

const isElusive = ({ name }: Bug): boolean =>
  ['cursors-not-to-newcomers', 'late-edits-known', 'lost-after-minutes'].includes(name);

/** Bugs in the repaired platform, each of which breaks its rules in a small `recovery` with seed 1. */
export const planted = bugs.filter((bug) => !isElusive(bug));

/** Bugs of which seed 1 does not show all, and seed 3 does. */
export const elusive = bugs.filter(isElusive);
