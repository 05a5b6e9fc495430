import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { FloodKind } from './flood-kinds.ts';
import { coresBetween, type Program, startProgram, usageSchema } from './processes.ts';

const roomId = 'room';
const neighboursSchema = z.object({
  asked: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  confirmedP50Ms: z.number(),
  closed: z.number(),
});

const quietSeconds = 15;
const mebibyte = 1_024 * 1_024;

/** Below this, twice as long is nothing that anybody measures twice alike. */
const leastMs = 1;

/**
 * Ten people on one canvas, first alone and then beside one client that floods. Gives whether their
 * median round trip has at most doubled, and nobody of them was hung up on.
 */
export async function runFlood(
  { url, program }: { readonly url: string; readonly program: Program },
  options: {
    readonly kind: FloodKind;
    readonly seconds: number;
    readonly print: (text: string) => unknown;
  },
): Promise<boolean> {
  const { kind, seconds, print } = options;
  const people = startProgram('neighbours.ts', { url, roomId });
  await people.next(z.object({ kind: z.literal('ready') }));
  const since = async (): Promise<z.infer<typeof neighboursSchema>> => {
    const told = people.next(neighboursSchema);
    people.send('report');
    return told;
  };
  const usage = async (): Promise<z.infer<typeof usageSchema>> => {
    const told = program.next(usageSchema);
    program.send('usage');
    return told;
  };
  await sleep(2_000);
  await since();
  await sleep(quietSeconds * 1_000);
  const [quiet, before] = [await since(), await usage()];
  const attacker = startProgram('flood.ts', { url, roomId, kind, seconds });
  const over = attacker.next(z.object({ done: z.number() }));
  let mostBytes = before.memoryBytes;
  const look = async (): Promise<void> => {
    const { memoryBytes } = await usage();
    mostBytes = Math.max(mostBytes, memoryBytes);
  };
  const watch = setInterval(() => {
    void look();
  }, 1_000);
  const { done } = await over;
  clearInterval(watch);
  await sleep(100);
  const [flooded, after] = [await since(), await usage()];
  await people.end();
  const ratio = flooded.p50Ms / quiet.p50Ms;
  const isWithin =
    (ratio <= 2 || flooded.p50Ms < leastMs) && flooded.closed === 0 && flooded.asked > 0;
  print(
    `flood of ${kind}, ${done} in ${seconds} s: neighbours’ round trip p50 ${ms(quiet.p50Ms)} quiet, ` +
      `${ms(flooded.p50Ms)} flooded (× ${ratio.toFixed(2)}), p99 ${ms(quiet.p99Ms)}, ${ms(flooded.p99Ms)}; ` +
      `edit confirmed p50 ${ms(quiet.confirmedP50Ms)}, ${ms(flooded.confirmedP50Ms)}; ` +
      `hung up on: ${flooded.closed} of 10; server ${coresBetween(before, after).toFixed(2)} cores, ` +
      `${mb(before.memoryBytes)} before, ${mb(mostBytes)} at most${isWithin ? '' : ': MISSED'}`,
  );
  return isWithin;
}

const ms = (value: number): string => `${value.toFixed(2)} ms`;
const mb = (bytes: number): string => `${(bytes / mebibyte).toFixed(0)} MiB`;
