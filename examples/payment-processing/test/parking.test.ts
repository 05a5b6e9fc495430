import { sleep } from '@firedrill/core/resilience';
import { expect, test } from 'vitest';
import { createParking, type Parking } from '../src/implementations/hardened/parking.ts';
import { clock, inVirtualTime } from './virtual-time.ts';

interface Item {
  readonly name: string;
  readonly untilMs: number;
}

const item = (name: string, untilMs = Infinity): Item => ({ name, untilMs });

/** Lines that are probed every 10 s. What leaves or expires is noted with its time, in seconds. */
async function parked(body: (parking: Parking<Item>) => Promise<void>): Promise<readonly string[]> {
  const left: string[] = [];
  const note = (what: string): number => left.push(`${what} at ${clock.elapsedMs() / 1_000}`);
  await inVirtualTime(async () => {
    const parking = createParking<Item>({
      elapsedMs: clock.elapsedMs,
      leave: ({ name }) => note(name),
      isExpired: ({ untilMs }) => clock.elapsedMs() > untilMs,
      expire: ({ name }) => note(`${name} is too old`),
      probeEveryMs: 10_000,
    });
    await body(parking);
  });
  return left;
}

test('of those who wait one goes to see, and one more every ten seconds', async () => {
  const left = await parked(async (parking) => {
    parking.park('m-1', item('a'), 3_000);
    parking.park('m-1', item('b'), 3_000);
    await sleep(1_000);
    parking.park('m-1', item('c'), 2_000);
    await sleep(60_000);
  });
  expect(left).toEqual(['a at 3', 'b at 13', 'c at 23']);
});

test('when it is open again, all go at once, in their order, and of this line alone', async () => {
  const left = await parked(async (parking) => {
    for (const name of ['a', 'b', 'c']) parking.park('m-1', item(name), 3_000);
    parking.park('m-2', item('x'), 30_000);
    await sleep(4_000);
    parking.opened('m-1');
    await sleep(60_000);
  });
  expect(left).toEqual(['a at 3', 'b at 4', 'c at 4', 'x at 30']);
});

test('a line that was let go and is formed anew waits for its own time', async () => {
  const left = await parked(async (parking) => {
    parking.park('m-1', item('a'), 3_000);
    await sleep(1_000);
    parking.opened('m-1');
    parking.park('m-1', item('b'), 10_000);
    await sleep(60_000);
  });
  expect(left).toEqual(['a at 1', 'b at 11']);
});

test('who has waited too long is told so by the next probe, and does not go to see', async () => {
  const left = await parked(async (parking) => {
    parking.park('m-1', item('a', 2_000), 3_000);
    parking.park('m-1', item('b'), 3_000);
    parking.park('m-1', item('c', 2_000), 3_000);
    await sleep(60_000);
  });
  expect(left).toEqual(['a is too old at 3', 'c is too old at 3', 'b at 3']);
});

test('a key is blocked for its time, or until it is open, and no other key with it', async () => {
  await parked(async (parking) => {
    const blocked = () => ['m-1', 'm-2'].filter((key) => parking.isBlocked(key));
    expect(blocked()).toEqual([]);
    parking.blocked('m-1', 5_000);
    expect(blocked()).toEqual(['m-1']);
    await sleep(4_999);
    expect(blocked()).toEqual(['m-1']);
    await sleep(1);
    expect(blocked()).toEqual([]);
    parking.blocked('m-1', 5_000);
    parking.blocked('m-2', 5_000);
    parking.opened('m-1');
    expect(blocked()).toEqual(['m-2']);
  });
});
