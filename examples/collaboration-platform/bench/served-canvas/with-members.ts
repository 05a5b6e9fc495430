import { z } from 'zod';
import { coresBetween, type Program, startProgram, usageSchema } from './processes.ts';

const resultSchema = z.object({
  kind: z.literal('end'),
  seen: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  confirmedP95Ms: z.number(),
  cursors: z.number(),
  closed: z.number(),
  cores: z.number(),
  ownDelayP99Ms: z.number(),
});

const members = 1_000;
const inOneRoom = 200;
const inEachOther = 8;
const mebibyte = 1_024 * 1_024;

/**
 * A thousand members, two hundred of them in one room, each with five cursor moves and 0.2 edits a
 * second. Gives the 95th percentile of the time from an edit to the screens of others, in ms; that of
 * nobody when somebody was hung up on.
 */
export async function runMembers(
  { url, program }: { readonly url: string; readonly program: Program },
  { seconds, print }: { readonly seconds: number; readonly print: (text: string) => unknown },
): Promise<number> {
  const usage = async (): Promise<z.infer<typeof usageSchema>> => {
    const told = program.next(usageSchema);
    program.send('usage');
    return told;
  };
  const load = startProgram('members.ts', { url, members, inOneRoom, inEachOther, seconds });
  await load.next(z.object({ kind: z.literal('begin') }));
  const before = await usage();
  const result = await load.next(resultSchema);
  const after = await usage();
  print(
    `${members} members, ${inOneRoom} in one room, ${seconds} s: others see an edit after ` +
      `p50 ${result.p50Ms.toFixed(0)} ms, p95 ${result.p95Ms.toFixed(0)} ms, p99 ${result.p99Ms.toFixed(0)} ms ` +
      `(${result.seen} seen); confirmed p95 ${result.confirmedP95Ms.toFixed(0)} ms; ` +
      `${(result.cursors / seconds).toFixed(0)} messages of cursors a second; hung up on: ${result.closed}; ` +
      `server ${coresBetween(before, after).toFixed(2)} cores, ${(after.memoryBytes / mebibyte).toFixed(0)} MiB; ` +
      `load ${result.cores.toFixed(2)} cores, its own delay p99 ${result.ownDelayP99Ms.toFixed(0)} ms`,
  );
  return result.closed === 0 && result.seen > 0 ? result.p95Ms : Infinity;
}
