import type { LogFile } from '../system.ts';

/** How many lines of a log say again what one before them has said, whatever their place and time. */
export function repeatedEntries(log: LogFile | undefined): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (const line of log?.bytes.toString('utf8').split('\n') ?? []) {
    const from = line.indexOf('"entryId":');
    if (from === -1) continue;
    const said = line.slice(from);
    if (seen.has(said)) repeated += 1;
    seen.add(said);
  }
  return repeated;
}
