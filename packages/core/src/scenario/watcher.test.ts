import { expect, test } from 'vitest';
import { type Announcement, watch, type Watcher } from './watcher.ts';

const watcher: Watcher = {
  name: 'hot',
  severity: 'critical',
  when: ({ heat = 0 }) => heat > 10,
  forSeconds: 2,
  text: ({ heat = 0 }) => `heat is ${heat}`,
  shows: ['heat'],
  cleared: {
    name: 'cool',
    forSeconds: 3,
    text: (_values, activeMs) => `cool after ${activeMs} ms`,
  },
};

function play(heats: readonly number[], watchers: readonly Watcher[] = [watcher]) {
  const said: (Announcement & { atMs: number })[] = [];
  let atMs = 0;
  const toWatchers = watch(watchers, (announcement) => said.push({ ...announcement, atMs }));
  for (const heat of heats) {
    atMs += 1_000;
    toWatchers(atMs, { heat });
  }
  return said.map(({ name, atMs: at, text }) => `${at} ${name}: ${text}`);
}

test('a condition is announced once, when it has held long enough', () => {
  expect(play([5, 11, 5, 11, 12, 13, 14])).toEqual(['5000 hot: heat is 12']);
});

test('the end is announced after as many quiet seconds as asked, with the time it lasted', () => {
  expect(play([11, 11, 1, 1, 11, 1, 1, 1, 1])).toEqual([
    '2000 hot: heat is 11',
    '8000 cool: cool after 6000 ms',
  ]);
});

test('a watcher can speak again after its end', () => {
  const names = play([11, 11, 0, 0, 0, 11, 11]).map((line) => line.split(' ')[1]);
  expect(names).toEqual(['hot:', 'cool:', 'hot:']);
});

test('a watcher without an end speaks once a run', () => {
  const { cleared: _cleared, ...once } = watcher;
  expect(play([11, 11, 0, 0, 0, 11, 11], [once])).toHaveLength(1);
});
