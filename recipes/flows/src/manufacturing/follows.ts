import type { NextEvent } from '@firedrill/core/flows';
import type { Line } from './events.ts';
import type { OvenDecision, Sample } from './oven-control.ts';

/** The events that follow from a sample. @param assigned the tray that is to be loaded, if there is one */
export function followsOf(
  { oven, number }: Sample,
  { state, command, stopped, setLimiter, done, left }: OvenDecision,
  assigned: string | undefined,
): readonly NextEvent<Line>[] {
  const next: NextEvent<Line>[] = [];
  if (command) next.push({ event: 'command.due', data: { oven, number, ...command } });
  if (setLimiter) next.push({ event: 'limiter.due', data: { oven } });
  if (stopped)
    next.push({ event: 'oven.stopped', data: { oven, stop: state.stop, cause: stopped } });
  if (done) next.push({ event: 'tray.done', data: { oven, tray: done.tray } });
  if (left) next.push({ event: 'tray.left', data: { oven, profile: left } });
  if (assigned !== undefined) next.push({ event: 'tray.assigned', data: { oven, tray: assigned } });
  return next;
}
