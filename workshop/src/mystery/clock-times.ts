/**
 * A moment of a run by its wall clock: `14:18` or `14:18:07`.
 *
 * @param startsAt when the run starts (ISO, UTC)
 * @returns virtual ms since the start; undefined when it is no time of day
 */
export function readClock(text: string, startsAt: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2], match[3] ?? '0'].map(Number);
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const midnightMs = Date.parse(`${startsAt.slice(0, 10)}T00:00:00Z`);
  const sinceMidnightMs = 1_000 * (3_600 * hours + 60 * minutes + seconds);
  return midnightMs + sinceMidnightMs - Date.parse(startsAt);
}
