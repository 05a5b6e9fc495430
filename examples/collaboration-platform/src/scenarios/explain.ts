import {
  type Explanation,
  formatClock,
  formatValue,
  type Judged,
  type Lesson,
  type Link,
  plural,
} from '@firedrill/core/scenario';
import { collaboratorsMs, ownActionMs } from '../rules.ts';
import type { Canvases } from '../types.ts';
import { bufferLimitBytes } from '../world/links.ts';

type Phase = Judged<Canvases>;

/** When the run begins, for clocks in sentences. */
export const startsAt = '2026-03-02T09:59:00Z';

/** From the cause to the first victim, in figures of this run. */
export const explain = (phase: Phase): Explanation => ({
  chain: chain(phase),
  lessons: lessons(phase),
});

function chain({ firstSignals, measured, truth }: Phase): readonly Link[] {
  const frozenAtMs = firstSignals.get('frozen');
  if (frozenAtMs === undefined) return [];
  const comingAtMs = firstSignals.get('people-coming');
  const { edits, opened, own, remote } = measured;
  const { frames } = truth.world.links.totals;
  return [
    ...(comingAtMs === undefined
      ? []
      : [
          {
            kind: 'cause' as const,
            text: `from ${formatClock(startsAt, comingAtMs)} people pour in: ${plural(opened.total, 'canvas')} are opened, up to ${formatValue(measured.people.peak, 'count')} people at once`,
          },
        ]),
    ...(edits.total === 0
      ? []
      : [
          {
            kind: 'arithmetic' as const,
            text: `a stroke is told to ${formatValue(frames / edits.total, 'count')} others on average, one after the other, and reaches half of their screens only after ${formatValue(remote.p50, 'ms')}`,
          },
        ]),
    {
      kind: 'victim',
      text: `at ${formatClock(startsAt, frozenAtMs)} ten people and more wait over 5 s for their own stroke; in the end half of all strokes took over ${formatValue(own.p50, 'ms')}, and one ${formatValue(own.max, 'ms')}`,
    },
  ];
}

function lessons({ measured, truth }: Phase): readonly Lesson[] {
  const { own, remote } = measured;
  const { totals } = truth;
  const { peakBufferedBytes } = truth.world.links.totals;
  const all: readonly (Lesson | false)[] = [
    own.p99 !== undefined &&
      own.p99 >= ownActionMs && {
        text: `One’s own stroke took ${formatValue(own.p99, 'ms')} at the 99th percentile: show it first, and tell the others afterwards.`,
      },
    own.p99 !== undefined &&
      own.p99 < ownActionMs && {
        text: `One’s own stroke was there within ${formatValue(own.p99, 'ms')} at the 99th percentile, with and without a network: it waits for nobody.`,
      },
    remote.p95 !== undefined &&
      remote.p95 < collaboratorsMs && {
        text: `The others saw it within ${formatValue(remote.p95, 'ms')} at the 95th percentile: news of a canvas goes out together, every few milliseconds.`,
      },
    totals.diverged > 0 && {
      text: `${plural(totals.diverged, 'screen')} of ${formatValue(totals.compared, 'count')} showed something else in the end: what is sent must merge, whatever its order.`,
    },
    totals.lostEdits > 0 && {
      text: `Lost: ${plural(totals.lostEdits, 'drawing')}. Keep what was drawn until the server has it.`,
    },
    truth.unrecorded() > 0 && {
      text: `Missing in the history: ${plural(truth.unrecorded(), 'edit')}. Try again until it has them.`,
    },
    totals.leaks > 0 && {
      text: `${plural(totals.leaks, 'message')} went to people who may not see them: filter before sending, not on the screen.`,
    },
    peakBufferedBytes > bufferLimitBytes && {
      text: `${formatValue(peakBufferedBytes, 'bytes')} waited for one person: whoever is slow needs a snapshot, not a backlog.`,
    },
    totals.diverged === 0 &&
      totals.compared > 0 && {
        text: `All ${formatValue(totals.compared, 'count')} screens that were compared in the end show the same.`,
      },
  ];
  return all.filter((lesson) => lesson !== false).slice(0, 4);
}
