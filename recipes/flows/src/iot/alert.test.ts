import { describe, expect, it } from 'vitest';
import { Alert } from './alert.ts';

const options = { raiseAt: 6, clearAt: 3, calmMs: 1000, repeatMs: 5000, mostRings: 2 };

describe('an alert', () => {
  it('is raised by one unusual score, either way', () => {
    expect(new Alert(options).next(6, 0)).toBe('raise');
    expect(new Alert(options).next(-6, 0)).toBe('raise');
    expect(new Alert(options).next(5.9, 0)).toBeUndefined();
  });

  it('does not ring again for a value that trembles around the threshold', () => {
    const alert = new Alert(options);
    const said = Array.from({ length: 40 }, (_, index) =>
      alert.next(index % 2 === 0 ? 6.1 : 5.9, index * 100),
    );
    expect(said.filter((word) => word !== undefined)).toEqual(['raise']);
  });

  it('is repeated no sooner than agreed while it lasts', () => {
    const alert = new Alert(options);
    const said = Array.from({ length: 101 }, (_, index) => alert.next(9, index * 100));
    expect(said.filter((word) => word === 'repeat')).toHaveLength(2);
  });

  it('that comes and goes rings no more often than agreed, and is heard again later', () => {
    const alert = new Alert(options);
    const said = [0, 2000, 4000, 6000].flatMap((atMs) => [
      alert.next(9, atMs),
      alert.next(1, atMs + 500),
      alert.next(1, atMs + 1500),
    ]);
    const rings = said.filter((word) => word === 'raise');
    expect(rings).toHaveLength(3);
    expect(said[6]).toBeUndefined();
  });

  it('ends when all has been usual for a while, and not with one usual score', () => {
    const alert = new Alert(options);
    alert.next(9, 0);
    expect(alert.next(1, 100)).toBeUndefined();
    expect(alert.next(4, 600)).toBeUndefined();
    expect(alert.next(1, 700)).toBeUndefined();
    expect(alert.next(1, 1699)).toBeUndefined();
    expect(alert.next(1, 1700)).toBe('clear');
    expect(alert.isRaised).toBe(false);
  });

  it('names thresholds that leave nothing between them', () => {
    expect(() => new Alert({ ...options, clearAt: 6 })).toThrow('clearAt is 6');
  });
});
