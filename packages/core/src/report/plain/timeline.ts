import { formatClock, formatDuration, plural } from '../../scenario/format.ts';
import type { TimelineEvent } from '../run-state.ts';
import { hang, padTo, printable, type Paint } from './text.ts';

type Format = Parameters<Paint>[0];

export interface EventLook {
  readonly glyph: string;
  /** The kind in a word, because a glyph or a colour must not be all that tells it. */
  readonly word: string;
  readonly format: Format;
  readonly text: string;
}

const severities = {
  info: { glyph: '·', format: 'cyan' },
  warning: { glyph: '!', format: 'yellow' },
  critical: { glyph: '▲', format: 'red' },
} as const;

/** How an event reads in a timeline, in every view that prints text. */
export function lookOf(event: TimelineEvent): EventLook {
  if (event.kind === 'signal') {
    return {
      ...severities[event.severity],
      word: event.severity,
      text: printable(event.text),
    };
  }
  if (event.kind === 'story') {
    return { glyph: ' ', word: 'story', format: 'italic', text: printable(event.text) };
  }
  const label = printable(event.fault.label);
  const length = formatDuration(event.fault.toMs - event.fault.fromMs);
  const text =
    event.kind === 'fault-started'
      ? `begins: ${label}, for ${length}`
      : `ends: ${label} (${plural(event.fired, 'call')} changed)`;
  return { glyph: '×', word: 'fault', format: 'magenta', text };
}

/** One event as a line with the virtual clock, broken under its text where it is too long. */
export function timelineLines(
  event: TimelineEvent,
  startsAt: string,
  width: number,
  paint: Paint,
): string[] {
  const look = lookOf(event);
  const word = paint(look.format, `${look.glyph} ${padTo(look.word, 10)}`);
  return hang(`  ${formatClock(startsAt, event.atMs)}  ${word}`, look.text, width);
}
