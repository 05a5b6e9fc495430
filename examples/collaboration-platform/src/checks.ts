import { noUnhandledRejection, type Rule } from '@firedrill/core/scenario';
import { bufferLimitBytes } from './links.ts';
import type { CollaborationSystem } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

type CanvasRule = Rule<Settings, World, CollaborationSystem>;

const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
const kilobytes = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} KB`;

/** One frame of a screen: what comes later is felt. */
export const ownActionMs = 16;

/** Beyond this, two people who talk while they draw notice. */
export const collaboratorsMs = 100;

/** What must be true of shared canvases, whoever builds them. */
export const rules: readonly CanvasRule[] = [
  {
    name: 'replicas-converge',
    title: 'in the end everybody sees the same canvas',
    kind: 'invariant',
    expected: '0 screens that show something else than the server has',
    evaluate({ world }) {
      const { compared, diverged } = world.services.truth.totals;
      return {
        holds: diverged === 0 && compared > 0,
        observed: `${diverged} of ${compared} screens differ`,
      };
    },
  },
  {
    name: 'no-edit-lost',
    title: 'what somebody saw on their own screen is kept, or they are told that it is not',
    kind: 'invariant',
    expected: '0 drawings lost, with or without a network',
    evaluate({ world }) {
      const { lostEdits, refusedEdits } = world.services.truth.totals;
      return {
        holds: lostEdits === 0,
        observed: `${lostEdits} drawings lost, ${refusedEdits} edits refused and said so`,
      };
    },
  },
  {
    name: 'only-what-the-role-may-see',
    title: 'nobody is sent what their role may not see, from the moment of a decision',
    kind: 'invariant',
    expected: '0 messages to somebody who may not see them',
    evaluate({ world }) {
      const { leaks, decisions } = world.services.truth.totals;
      return {
        holds: leaks === 0,
        observed: `${leaks} such messages, ${decisions} rights taken away`,
      };
    },
  },
  {
    name: 'history-complete',
    title: 'history has every edit',
    kind: 'invariant',
    expected: '0 edits missing in the history',
    evaluate({ world }) {
      const { truth } = world.services;
      const missing = truth.unrecorded();
      return { holds: missing === 0, observed: `${missing} of ${truth.totals.edits} missing` };
    },
  },
  {
    name: 'memory-bounded',
    title: 'what waits for one person is bounded, however slow they are',
    kind: 'invariant',
    expected: `at most ${kilobytes(bufferLimitBytes)} for any person at any time`,
    evaluate({ world }) {
      const { peakBufferedBytes } = world.services.links.totals;
      return {
        holds: peakBufferedBytes <= bufferLimitBytes,
        observed: `${kilobytes(peakBufferedBytes)} at most`,
      };
    },
  },
  noUnhandledRejection(),
  {
    name: 'nothing-left-behind',
    title: 'when all have gone nothing is left: no listener, no member, nothing unsaved',
    kind: 'invariant',
    expected: '0 listeners and members, an empty backlog, nobody waiting',
    evaluate({ system, unanswered, settledAtMs }) {
      const left = system.leftBehind?.() ?? 0;
      const backlog = system.backlog?.() ?? 0;
      return {
        holds: left === 0 && backlog === 0 && unanswered === 0 && Number.isFinite(settledAtMs),
        observed: `${left} listeners or members, backlog ${backlog}, ${unanswered} waiting`,
      };
    },
  },
  {
    name: 'own-action',
    title: 'one sees one’s own stroke within a frame of the screen',
    kind: 'objective',
    expected: `under ${ownActionMs} ms at the 99th percentile`,
    evaluate({ meter }) {
      const p99 = meter.percentile('own', 99);
      return { holds: p99 < ownActionMs, observed: ms(p99) };
    },
  },
  {
    name: 'collaborators',
    title: 'the others see it before they would notice a delay',
    kind: 'objective',
    expected: `under ${collaboratorsMs} ms at the 95th percentile`,
    evaluate({ meter }) {
      const p95 = meter.percentile('remote', 95);
      const seen = meter.observations('remote');
      return {
        holds: p95 < collaboratorsMs && seen > 0,
        observed: `${ms(p95)} over ${seen} views`,
      };
    },
  },
  {
    name: 'gone-are-gone',
    title: 'whoever has lost the network is not shown as present for longer than 15 s',
    kind: 'objective',
    expected: 'no ghosts',
    evaluate({ meter }) {
      const ghosts = meter.peak('ghosts');
      return { holds: ghosts === 0, observed: `${ghosts} ghosts at once` };
    },
  },
];
