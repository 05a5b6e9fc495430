import { counter, defineMeasures, gauge, histogram } from '@firedrill/core/scenario';

/** What the world measures. */
export const measures = defineMeasures({
  buyers: counter({ label: 'buyers', chart: 'rate' }),
  timeToBuy: histogram({ label: 'time to buy', unit: 'ms', chart: 'latency' }),
  inShop: gauge({ label: 'in the shop', unit: 'count', chart: 'rate' }),
});

/** What a system says of itself. */
export const reports = defineMeasures({ asked: counter({ label: 'questions asked' }) });
