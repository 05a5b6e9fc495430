import { formatValue, plural, ruleWords } from '@firedrill/core/scenario';
import type { Deeds } from './truth.ts';
import type { Tally } from './truth/told.ts';
import type { Canvases } from './types.ts';
import { bufferLimitBytes } from './world/links.ts';

const {
  defineRules,
  invariant,
  noDefect,
  noUnhandledRejection,
  nothingLeftBehind,
  objective,
  only,
  usefulWork,
} = ruleWords<Canvases>();

/** One frame of a screen: what comes later is felt. */
export const ownActionMs = 16;

/** Beyond this, two people who talk while they draw notice. */
export const collaboratorsMs = 100;

const allTold = (title: string, noun: string, tallyOf: (truth: Deeds) => Tally) =>
  invariant(title, `wrong ${noun}`, ({ truth }) => {
    const { due, wrong } = tallyOf(truth);
    return { count: wrong, detail: `of ${formatValue(due, 'count')}` };
  });

/** What must be true of shared canvases, whoever builds them. */
export const rules = defineRules({
  'replicas-converge': invariant(
    'in the end everybody sees the same canvas',
    'differing screen',
    ({ truth, measured }) => {
      const { compared, diverged, remained } = truth.totals;
      // Of those who may look somebody has to be able to: whoever lets nobody in has proven nothing.
      const isShutOut =
        remained > 0 || (measured.arrivals.total > 0 && measured.opened.total === 0);
      return {
        count: compared === 0 && isShutOut ? 1 : diverged,
        detail: `of ${plural(compared, 'screen')} that were compared`,
      };
    },
  ),
  'no-edit-lost': invariant(
    'what somebody saw on their own screen is kept, or they are told that it is not',
    'lost drawing',
    ({ truth }) => {
      const { lostEdits, refusedEdits } = truth.totals;
      return { count: lostEdits, detail: `${plural(refusedEdits, 'edit')} refused and said so` };
    },
  ),
  'no-change-lost': invariant(
    'what was moved, rewritten, shown or hidden stays so until somebody changes that again',
    'lost change',
    ({ truth }) => truth.totals.lostChanges,
  ),
  'only-what-the-role-may-see': invariant(
    'nobody is sent what their role may not see, from the moment of a decision',
    'forbidden message',
    ({ truth }) => ({
      count: truth.totals.leaks,
      detail: `${plural(truth.totals.decisions, 'right')} taken away`,
    }),
  ),
  'only-admins-decide': invariant(
    'nobody decides who is no admin',
    'decision',
    ({ truth }) => truth.totals.usurped,
  ),
  'people-are-shown': allTold(
    'who is there is shown to those who are, and who has gone is not',
    'person',
    ({ told }) => told.people,
  ),
  'cursors-are-shown': allTold(
    'a cursor is shown where it is, and not when its owner has gone or may not draw',
    'cursor',
    ({ told }) => told.cursors,
  ),
  'admins-are-told': allTold(
    'admins hear of who comes, and of what was decided',
    'message',
    ({ told }) => told.news,
  ),
  ...only(({ conflicts }) => conflicts, {
    'stale-edits-told': invariant(
      'whoever has lost a change to one made long before it is told, with both',
      'wrong conflict',
      ({ truth }) => ({
        count: truth.conflicts.silent + truth.conflicts.false,
        detail: `${truth.conflicts.silent} silent, ${truth.conflicts.false} false, ${truth.conflicts.right} told`,
      }),
    ),
  }),
  ...only(({ handshakeMs }) => handshakeMs > 0, {
    'back-in-time': invariant(
      'whoever wants to be in is, within the time that all of them take at the gate, and a fifth',
      'late person',
      ({ truth }) => {
        const { due = 0, late = 0 } = truth.returns ?? {};
        return { count: late, detail: `of ${formatValue(due, 'count')}` };
      },
    ),
    'offered-load-falls': invariant(
      'nobody asks the gate for more than to be let in, and again when it is their turn, for 30 s',
      'overload',
      ({ truth }) => truth.returns?.overloads ?? 0,
    ),
  }),
  ...only(({ compactAfter }) => compactAfter > 0, {
    'documents-bounded': invariant(
      'of a canvas no more is kept than what is on it needs, and what has been changed of late',
      'overgrown canvas',
      ({ truth }) => {
        const { overgrown = 0, most = 0, judged = 0 } = truth.growth ?? {};
        return { count: overgrown, detail: `${most} entries at most, in ${judged} saves` };
      },
    ),
  }),
  'history-complete': invariant('history has every edit', 'missing edit', ({ truth }) => ({
    count: truth.unrecorded(),
    detail: `of ${plural(truth.totals.edits, 'edit')}`,
  })),
  'history-in-order': invariant(
    'history has what a person did in the order in which they did it',
    'misplaced entry',
    ({ truth }) => truth.totals.outOfOrder,
  ),
  'true-history': invariant('history says who did what, and when', 'false entry', ({ truth }) =>
    truth.misrecorded(),
  ),
  'memory-bounded': invariant(
    'what waits for one person is bounded, however slow they are',
    'unbounded backlog',
    ({ truth }) => {
      const { peakBufferedBytes } = truth.world.links.totals;
      return {
        count: peakBufferedBytes > bufferLimitBytes ? 1 : 0,
        detail: `${formatValue(peakBufferedBytes, 'bytes')} at most, of ${formatValue(bufferLimitBytes, 'bytes')}`,
      };
    },
  ),
  'no-unhandled-rejection': noUnhandledRejection(),
  'no-defect': noDefect(),
  'nothing-left-behind': nothingLeftBehind('person'),

  'strokes-shown': usefulWork(
    'who may draw sees what they draw',
    'stroke',
    (phase) => phase.truth.strokes.share(phase),
    { atLeast: 0.99, needs: ['pages'] },
  ),
  'people-let-in': usefulWork(
    'who comes gets to the canvas',
    'canvas',
    ({ measured }) => ({ done: measured.opened.total, due: measured.arrivals.total }),
    {
      atLeast: 0.99,
      needs: ['connections', 'permissions', 'document-store', 'edit-log', 'server', 'pages'],
    },
  ),
  'analytics-arrive': usefulWork(
    'analytics hears of most edits, however much there is to do',
    'edit',
    ({ truth, isJudged }) => truth.counted(isJudged),
    // Best effort: what is given up first.
    { atLeast: 0.5, needs: ['analytics', 'history', 'server', 'pages'] },
  ),
  'own-action': objective(
    'one sees one’s own stroke within a frame of the screen',
    ({ measured }) => measured.own.p99,
    { under: ownActionMs, unit: 'ms', of: 'at the 99th percentile', needs: ['pages'] },
  ),
  collaborators: objective(
    'the others see it before they would notice a delay',
    ({ measured }) => measured.remote.p95,
    {
      under: collaboratorsMs,
      unit: 'ms',
      of: 'at the 95th percentile',
      needs: ['edit-log', 'server', 'pages'],
    },
  ),
  'gone-are-gone': objective(
    'who has lost the network is not shown as present for longer than 15 s, and who is there is',
    ({ measured, truth, isJudged }) =>
      measured.ghosts.peak + truth.overlookedAtMs.filter(isJudged).length,
    { atMost: 0, unit: 'count', of: 'ghosts and overlooked', needs: ['server', 'pages'] },
  ),
});
