import { formatDuration, formatValue } from '@firedrill/core/scenario';
import { type Hint, mostThrown, type OwnRun } from '@firedrill/core/workshop';
import type { Game } from 'gaming-platform/src/types.ts';

const count = (value: number): string => formatValue(value, 'count');

/** A second in which ticks are slower than this is worth a look, in ms. */
const slowTickMs = 10;

export function slowTick(run: OwnRun<Game>): Hint {
  const { measured, seconds, clock, figureAt } = run;
  const slow = seconds.find(({ values }) => (values.tick.p99 ?? 0) > slowTickMs);
  const longest = formatDuration(measured.tick.max ?? 0);
  return {
    where:
      slow === undefined
        ? `Ticks were quick in every second; the longest took ${longest}.`
        : `From ${clock(slow.atMs)} on ticks took longer than they may: ${formatDuration(slow.values.tick.p99 ?? 0)} at the 99th percentile, with ${count(figureAt('players', slow.atMs) ?? 0)} players in the game, ${count(figureAt('pushesInFlight', slow.atMs) ?? 0)} pushes under way and ${count(slow.values.bytesSent)} bytes sent in that second.`,
    why: `A tick lasts as long as all that it waits for and all that it encodes and copies. The longest took ${longest}, ${count(measured.missedTicks.total)} were missed, and ${count(measured.connectionsLost.total)} players took their connection for lost. ${mostThrown(run)}`,
  };
}
