import { simulate } from '@firedrill/core/simulation';

const { value, virtualMs } = await simulate(
  { seed: 42, start: '2026-11-27T14:00:00Z' },
  async (simulation) => {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 3_600_000);
    });
    return `${new Date().toISOString()} ${simulation.random('dice').next()}`;
  },
);
const isLater = value.startsWith('2026-11-27T15:00:00');
if (!isLater || virtualMs < 3_600_000) throw new Error(`${value} after ${virtualMs} ms`);
