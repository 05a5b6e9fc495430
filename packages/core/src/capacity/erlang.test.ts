import { describe, expect, test } from 'vitest';
import { erlangB, erlangC, offeredForBlocking } from './erlang.ts';

/** As many significant digits as the table prints. */
const asPrinted = (value: number, printed: string): string =>
  value.toFixed(printed.split('.')[1]?.length ?? 0);

describe('Erlang B', () => {
  // Collins, "Carrier Grade Voice over IP" (2nd edition, 2003), appendix A: erlangs by blocking.
  const percents = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5];
  test.each([
    [1, '0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.1'],
    [2, '0.0 0.0 0.0 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.2 0.2 0.3 0.3 0.4'],
    [3, '0.1 0.2 0.2 0.2 0.3 0.3 0.3 0.4 0.4 0.4 0.4 0.5 0.6 0.7 0.8 0.9'],
    [4, '0.2 0.4 0.4 0.5 0.6 0.7 0.7 0.7 0.8 0.8 0.8 0.9 1.1 1.3 1.4 1.5'],
    [5, '0.5 0.6 0.8 0.9 1.0 1.1 1.1 1.2 1.2 1.3 1.3 1.4 1.7 1.9 2.1 2.2'],
    [6, '0.7 1.0 1.1 1.3 1.4 1.5 1.6 1.7 1.8 1.8 1.9 1.9 2.3 2.5 2.8 3.0'],
    [7, '1.1 1.4 1.6 1.8 1.9 2.1 2.2 2.2 2.3 2.4 2.4 2.5 2.9 3.2 3.5 3.7'],
    [8, '1.4 1.8 2.1 2.3 2.5 2.6 2.7 2.8 2.9 3.0 3.1 3.1 3.6 4.0 4.3 4.5'],
    [9, '1.8 2.3 2.6 2.9 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 4.3 4.7 5.1 5.4'],
  ])('gives the published loads of %i channels', (servers, printed) => {
    const found = percents.map((percent) => offeredForBlocking(servers, percent / 100).toFixed(1));
    expect(found.join(' ')).toBe(printed);
  });

  /*
   * Lucent's table for 2 % blocking, odd numbers of channels, as it stands on
   * garywagoner.tripod.com/traffic. Left out are the seven of its 45 entries that have a slip (33, 41,
   * 45, 55, 61, 63 and 69 channels, e.g. 35.507 for 35.607): the sum that defines Erlang B says so.
   */
  test.each([
    [1, '0.020'],
    [3, '0.602'],
    [5, '1.657'],
    [7, '2.935'],
    [9, '4.345'],
    [11, '5.842'],
    [13, '7.402'],
    [15, '9.010'],
    [17, '10.656'],
    [19, '12.333'],
    [21, '14.036'],
    [23, '15.761'],
    [25, '17.505'],
    [27, '19.265'],
    [29, '21.039'],
    [31, '22.827'],
    [35, '26.435'],
    [37, '28.254'],
    [39, '30.081'],
    [43, '33.758'],
    [47, '37.462'],
    [49, '39.323'],
    [51, '41.189'],
    [53, '43.060'],
    [57, '46.816'],
    [59, '48.700'],
    [65, '54.376'],
    [67, '56.275'],
    [71, '60.082'],
    [73, '61.990'],
    [75, '63.900'],
    [77, '65.814'],
    [79, '67.729'],
    [81, '69.647'],
    [83, '71.568'],
    [85, '73.490'],
    [87, '75.415'],
    [89, '77.342'],
  ])('carries on %i channels the published %s erlangs at two percent', (servers, printed) => {
    expect(asPrinted(offeredForBlocking(servers, 0.02), printed)).toBe(printed);
  });

  test('gives the 8.108 erlangs that 15 lines carry at one percent (erlang.com, calculator manual)', () => {
    expect(asPrinted(offeredForBlocking(15, 0.01), '8.108')).toBe('8.108');
  });

  test('agrees with the sum that defines it', () => {
    const offered = 7.3;
    let term = 1;
    let sum = 1;
    for (let n = 1; n <= 12; n += 1) {
      term *= offered / n;
      sum += term;
    }
    expect(erlangB(12, offered)).toBeCloseTo(term / sum, 14);
  });

  test('keeps to its asymptote with ten thousand servers', () => {
    // At full load 1 / B = sqrt(pi c / 2) + 2 / 3 + O(1 / sqrt(c)) (Jagerman 1974).
    expect(1 / erlangB(10_000, 10_000)).toBeCloseTo(Math.sqrt((Math.PI * 10_000) / 2) + 2 / 3, 2);
    expect(erlangB(10_000, 20_000)).toBeCloseTo(0.5, 4);
  });

  test('is certain without any server, and impossible without any load', () => {
    expect(erlangB(0, 3)).toBe(1);
    expect(erlangB(3, 0)).toBe(0);
  });
});

describe('Erlang C', () => {
  /*
   * Load in erlangs at which this share is delayed: Dunlop, Girma and Irvine, "Digital Mobile
   * Communications and the TETRA System" (1999), table A.3.3.
   */
  test.each([
    [8, 0.05, '3.87'],
    [10, 0.01, '4.08'],
  ])('delays with %i servers the share %d at the published load', (servers, share, printed) => {
    const at = (offset: number): number => erlangC(servers, Number(printed) + offset);
    expect(at(-0.005)).toBeLessThan(share);
    expect(at(0.005)).toBeGreaterThan(share);
  });

  test.each([
    // 100 calls in half an hour of 3 min each: the worked example of callcentrehelper.com.
    [14, 10, '0.1741'],
    [11, 10, '0.6821'],
  ])('gives the published probability of a wait for %i agents and %i erlangs', (c, a, printed) => {
    expect(asPrinted(erlangC(c, a), printed)).toBe(printed);
  });

  test('is one in overload', () => {
    expect(erlangC(5, 5)).toBe(1);
    expect(erlangC(5, 7)).toBe(1);
  });
});

test('what is no pool and no load is refused by name and value', () => {
  expect(() => erlangC(0, 1)).toThrow('servers is 0');
  expect(() => erlangB(1.5, 1)).toThrow('servers is 1.5');
  expect(() => erlangB(1, Number.NaN)).toThrow('offered is NaN');
  expect(() => offeredForBlocking(3, 1)).toThrow('blocking is 1');
});
