import { describe } from 'vitest';
import { example, type Manufacturing, runLine } from '../src/manufacturing/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

const flow = plantedIn<Manufacturing>(example);

describe('manufacturing', () => {
  flowContract(example, {
    planted: [
      flow('replaces-a-fan-at-every-stop', ['fans-used-up'], (_system, context) => {
        const { maintenance } = context.outside;
        const alarms: typeof maintenance = {
          ...maintenance,
          call: (stop, options) => maintenance.call({ ...stop, cause: 'fan-due' }, options),
        };
        return runLine({ ...context, outside: { ...context.outside, alarms } });
      }),
      flow('reaches-the-heater-late', ['commanded-soon'], (_system, context) => {
        const { oven } = context.outside;
        const late: typeof oven = {
          ...oven,
          async heat(...call) {
            await new Promise((resolve) => setTimeout(resolve, 700));
            return oven.heat(...call);
          },
        };
        return runLine({ ...context, outside: { ...context.outside, oven: late } });
      }),
      flow('heats-until-told-otherwise', ['safe-stop'], (_system, context) => {
        const { oven } = context.outside;
        const endless: typeof oven = {
          ...oven,
          heat: ({ untilMs: _untilMs, ...command }, options) => oven.heat(command, options),
        };
        return runLine({ ...context, outside: { ...context.outside, oven: endless } });
      }),
      flow('reads-no-labels', ['no-bad-part-shipped'], (system) => ({
        ...system,
        deliver: (tray) => system.deliver({ ...tray, bestBeforeMs: 8.64e15 }),
      })),
      flow('believes-in-every-part', ['no-bad-part-shipped'], (_system, context) => {
        const { gauge } = context.outside;
        const blind: typeof gauge = {
          ...gauge,
          measure: async ({ serials }) => ({ readings: serials.map(() => 100) }),
        };
        return runLine({ ...context, outside: { ...context.outside, gauge: blind } });
      }),
    ],
  });
});
