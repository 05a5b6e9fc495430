import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { identify } from '../../test/serve-client.ts';
import { Member } from './member.ts';
import { argumentOf, tell } from './processes.ts';
import { rankOf } from './rank.ts';

/** Ten people on the canvas that somebody is about to flood; asked, they tell how it went since. */
const { url, roomId } = argumentOf(z.object({ url: z.string(), roomId: z.string() }));

const neighbours = 10;
const askEveryMs = 100;
const editEveryMs = 1_000;

let [roundTripsMs, confirmedMs, closed] = [[] as number[], [] as number[], 0];

const all: Member[] = [];
for (let number = 0; number < neighbours; number += 1) {
  all.push(
    await Member.enter(
      url,
      await identify(url),
      { clientId: 1_000 + number, roomId },
      {
        onEdit: () => {},
        onConfirmed: (ms) => confirmedMs.push(ms),
        onCursors: () => {},
        onClosed: () => (closed += 1),
      },
    ),
  );
}

async function ask(member: Member): Promise<void> {
  for (;;) {
    roundTripsMs.push(await member.roundTripMs());
    await sleep(askEveryMs);
  }
}

for (const member of all) void ask(member);
setInterval(() => {
  for (const member of all) member.edit();
}, editEveryMs);

process.on('message', () => {
  tell({
    asked: roundTripsMs.length,
    p50Ms: rankOf(roundTripsMs, 0.5),
    p99Ms: rankOf(roundTripsMs, 0.99),
    confirmedP50Ms: rankOf(confirmedMs, 0.5),
    closed,
  });
  [roundTripsMs, confirmedMs] = [[], []];
});
process.once('SIGTERM', () => process.exit());
tell({ kind: 'ready' });
