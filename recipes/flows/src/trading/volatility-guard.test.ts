import { describe, expect, it } from 'vitest';
import { VolatilityGuard } from './volatility-guard.ts';

const limits = { bandBasisPoints: 500, referenceMs: 300_000, haltMs: 60_000 };

describe('the volatility guard', () => {
  it('halts when a trade leaves the band around the reference price, and reopens by itself', () => {
    const guard = new VolatilityGuard(limits, 1000, 0);
    expect(guard.onTrade(1050, 1)).toBe(false);
    expect(guard.onTrade(1051, 2)).toBe(true);
    expect(guard.isHalted(60_001)).toBe(true);
    expect(guard.isHalted(60_002)).toBe(false);
  });

  it('reopens at the price that stopped it', () => {
    const guard = new VolatilityGuard(limits, 1000, 0);
    guard.onTrade(1100, 0);
    expect(guard.referenceTicks(60_000)).toBe(1100);
    expect(guard.onTrade(1110, 60_000)).toBe(false);
  });

  it('follows a price that moves slowly', () => {
    const guard = new VolatilityGuard(limits, 1000, 0);
    let price = 1000;
    for (let at = 1; at < 10; at += 1) {
      price += 40;
      expect(guard.onTrade(price, at * 300_000)).toBe(false);
    }
  });

  it('is halted by hand', () => {
    const guard = new VolatilityGuard(limits, 1000, 0);
    guard.halt(500);
    expect(guard.isHalted(499)).toBe(true);
    expect(guard.isHalted(500)).toBe(false);
  });
});
