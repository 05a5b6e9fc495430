import { describe } from 'vitest';
import { example, runSensors, type Sensing } from '../src/iot/example.ts';
import { siteOptions } from '../src/iot/house-rules.ts';
import { Site } from '../src/iot/site.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

const flow = plantedIn<Sensing>(example);

describe('iot', () => {
  flowContract(example, {
    planted: [
      flow('hears-nothing', ['anomalies-found'], (_system, context) => {
        const alert = { ...siteOptions.alert, raiseAt: 1_000 };
        return runSensors(context, () => new Site({ ...siteOptions, alert }));
      }),
      flow('rings-for-noise', ['few-false-alarms', 'alerts-bounded'], (_system, context) => {
        const alert = { ...siteOptions.alert, raiseAt: 2, clearAt: 1.5, mostRings: Infinity };
        return runSensors(context, () => new Site({ ...siteOptions, alert }));
      }),
      flow('thinks-long', ['stored-soon'], (system) => ({
        ...system,
        async take(...batch) {
          await new Promise((resolve) => setTimeout(resolve, 60_000));
          await system.take(...batch);
        },
      })),
    ],
  });
});
