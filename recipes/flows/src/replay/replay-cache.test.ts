import { describe, expect, it } from 'vitest';
import { emptyLog, type LogEnd, ReplayCache } from './replay-cache.ts';

const open = () =>
  new ReplayCache<string[], string>(
    () => [],
    (machine, entry) => machine.push(entry),
    (entry) => entry,
  );

/** A machine that remembers its entries, over a log that may lose the last write. */
function setUp() {
  const log: string[] = [];
  let end: LogEnd = emptyLog;
  const read = (sequence: number) => Promise.resolve(log[sequence - 1]);
  let cache = open();
  const take = async (id: string, isKept = true) => {
    const machine = await cache.at('k', end, read);
    machine.push(id);
    const next = cache.moved('k', end, id);
    if (!isKept) return;
    log.push(id);
    end = next;
  };
  return {
    log,
    take,
    crash: () => {
      cache = open();
    },
    state: () => cache.at('k', end, read),
  };
}

describe('the replay cache', () => {
  it('goes on where it stands', async () => {
    const { take, state } = setUp();
    await take('a');
    await take('b');
    expect(await state()).toEqual(['a', 'b']);
  });

  it('is made anew from the log after a crash', async () => {
    const { take, state, crash } = setUp();
    await take('a');
    crash();
    await take('b');
    expect(await state()).toEqual(['a', 'b']);
  });

  it('forgets what was not kept, also when as much was kept by somebody else', async () => {
    const { take, state, log } = setUp();
    await take('a');
    await take('lost', false);
    await take('b');
    expect(await state()).toEqual(['a', 'b']);
    expect(log).toEqual(['a', 'b']);
  });

  it('catches up with what another process has taken, and reads no more than that', async () => {
    const log: string[] = [];
    let end: LogEnd = emptyLog;
    const reads: number[] = [];
    const read = (sequence: number) => {
      reads.push(sequence);
      return Promise.resolve(log[sequence - 1]);
    };
    const take = async (cache: ReturnType<typeof open>, id: string) => {
      (await cache.at('k', end, read)).push(id);
      end = cache.moved('k', end, id);
      log.push(id);
    };
    const [here, there] = [open(), open()];
    await take(here, 'a');
    await take(there, 'b');
    await take(there, 'c');
    reads.length = 0;
    expect(await here.at('k', end, read)).toEqual(['a', 'b', 'c']);
    expect(reads).toEqual([1, 2, 3]);
  });

  it('is made anew when another process has written what it took itself at another time', async () => {
    const log = ['a', 'theirs', 'c'];
    const cache = open();
    const read = (sequence: number) => Promise.resolve(log[sequence - 1]);
    (await cache.at('k', { sequence: 1, lastMark: 'a' }, read)).push('mine');
    cache.moved('k', { sequence: 1, lastMark: 'a' }, 'mine');
    expect(await cache.at('k', { sequence: 3, lastMark: 'c' }, read)).toEqual(log);
  });

  it('says which entry is missing', async () => {
    const { take, log, crash, state } = setUp();
    await take('a');
    await take('b');
    log.length = 1;
    crash();
    await expect(state()).rejects.toThrow('entry 2 of 2 is missing');
  });
});
