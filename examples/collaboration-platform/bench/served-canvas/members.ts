import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { identify } from '../../test/serve-client.ts';
import { Member } from './member.ts';
import { argumentOf, coresBetween, tell, usageNow } from './processes.ts';
import { rankOf } from './rank.ts';

/** A thousand people, in a process of their own: what they do, and when the others see it. */
const { url, members, inOneRoom, inEachOther, seconds } = argumentOf(
  z.object({
    url: z.string(),
    members: z.int(),
    inOneRoom: z.int(),
    inEachOther: z.int(),
    seconds: z.number(),
  }),
);

/** An address may open 300 connections at once, and 50 a second from then on. */
const enterEveryMs = 25;
const cursorEveryMs = 200;
const editEveryMs = 5_000;
const pingEveryMs = 4_000;
const turnMs = 10;

const latenciesMs: number[] = [];
const confirmedMs: number[] = [];
let [cursors, closed, isMeasuring] = [0, 0, false];

const listener = {
  onEdit({ atMs }: { readonly atMs: number }) {
    if (isMeasuring) latenciesMs.push(performance.now() - atMs);
  },
  onConfirmed(ms: number) {
    if (isMeasuring) confirmedMs.push(ms);
  },
  onCursors() {
    if (isMeasuring) cursors += 1;
  },
  onClosed() {
    closed += 1;
  },
};

const roomOf = (number: number): string =>
  number < inOneRoom ? 'all-hands' : `team-${Math.floor((number - inOneRoom) / inEachOther)}`;

const all: Member[] = [];
for (let number = 0; number < members; number += 1) {
  const at = { clientId: 1_000 + number, roomId: roomOf(number) };
  all.push(await Member.enter(url, await identify(url), at, listener));
  // Whoever is in already is not to be taken for lost.
  if (number % 100 === 99) for (const member of all) member.ping();
  await sleep(enterEveryMs);
}

/** When each member is due for the next time: spread evenly, so that nobody acts in step. */
const spread = (everyMs: number): number[] =>
  all.map((_, number) => ((number * 0.618_034) % 1) * everyMs);
const due = {
  cursor: spread(cursorEveryMs),
  edit: spread(editEveryMs),
  ping: spread(pingEveryMs),
};

const startMs = performance.now();
function takeTurns(): void {
  const elapsedMs = performance.now() - startMs;
  for (const [number, member] of all.entries()) {
    if (isDue(due.cursor, number, cursorEveryMs, elapsedMs)) member.moveCursor();
    if (isDue(due.edit, number, editEveryMs, elapsedMs)) member.edit();
    if (isDue(due.ping, number, pingEveryMs, elapsedMs)) member.ping();
  }
}

function isDue(times: number[], number: number, everyMs: number, elapsedMs: number): boolean {
  const time = times[number] ?? Infinity;
  if (time > elapsedMs) return false;
  times[number] = time + everyMs;
  return true;
}

const turns = setInterval(takeTurns, turnMs);
// Everybody has put up the note by then, and what came of entering is over.
await sleep(editEveryMs + 1_000);

tell({ kind: 'begin' });
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
isMeasuring = true;
const before = usageNow();
await sleep(seconds * 1_000);
isMeasuring = false;
const after = usageNow();
clearInterval(turns);

tell({
  kind: 'end',
  seen: latenciesMs.length,
  p50Ms: rankOf(latenciesMs, 0.5),
  p95Ms: rankOf(latenciesMs, 0.95),
  p99Ms: rankOf(latenciesMs, 0.99),
  confirmedP95Ms: rankOf(confirmedMs, 0.95),
  cursors,
  closed,
  cores: coresBetween(before, after),
  ownDelayP99Ms: delay.percentile(99) / 1e6 - 10,
});
for (const member of all) member.leave();
process.disconnect();
