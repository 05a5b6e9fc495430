import { describe, expect, it } from 'vitest';
import { siteOptions } from './house-rules.ts';
import { Site } from './site.ts';

const read = (number: number, eventMs: number, value = 4_000) => ({ number, eventMs, value });

describe('a site', () => {
  it('says why it refuses a reading', () => {
    const site = new Site(siteOptions);
    site.take('a', [read(1, 1_000_000)], 1_000_000);
    const { refused } = site.take(
      'a',
      [read(1, 1_000_000), read(2, 1_070_000), read(3, 1_000_000, 999_999)],
      1_000_000,
    );
    expect(refused.map(({ reason }) => reason)).toEqual([
      'repeated',
      'ahead-of-time',
      'out-of-range',
    ]);
  });

  it('is not moved by a sensor whose clock is a day ahead', () => {
    const site = new Site(siteOptions);
    site.take('a', [read(1, 0)], 0);
    site.take('wrong', [read(1, 86_400_000)], 0);
    expect(site.take('a', [read(2, 12_000)], 12_000).refused).toEqual([]);
  });

  it('keeps what a clock of its own that is behind takes for the future, until it is there', () => {
    const site = new Site(siteOptions);
    site.take('a', [read(1, 1_000_000)], 1_000_000);
    // The clock of the process is put back by 30 s, and stands still until it has come so far again.
    const early = [read(2, 1_015_000, 5_000)];
    expect(site.take('a', early, site.timeOf(985_000)).refused).toEqual([]);
    expect(site.take('a', early, site.timeOf(985_000)).refused).toEqual([
      { number: 2, reason: 'repeated' },
    ]);
    site.take('b', [read(1, 1_060_000)], 1_060_000);
    const { rows } = site.take('a', [read(3, 1_060_000)], 1_060_000);
    expect(rows).toContainEqual(
      expect.objectContaining({ key: 'a', startMs: 1_010_000, count: 1, sum: 5_000 }),
    );
  });

  it('judges a backlog in the order in which it was measured', () => {
    const site = new Site(siteOptions);
    for (let at = 0; at < 20; at += 1) {
      const value = 4_000 + (at % 3) * 40;
      site.take('a', [read(at + 1, at * 1_000, value)], at * 1_000);
    }
    const backlog = [read(22, 31_000, 9_000), read(21, 30_000, 4_020), read(23, 32_000, 4_010)];
    site.take('a', backlog, 60_000);
    const { notices } = site.take('a', [read(24, 61_000)], 61_000);
    expect(notices).toMatchObject([{ what: 'raise', eventMs: 31_000, value: 9_000 }]);
  });
});
