import { expect, test } from 'vitest';
import { kiosk, type Kiosk } from '../scenario/fixtures/kiosk.ts';
import type { AnyExample, SwarmOptions } from '../scenario/example.ts';
import { faultKinds } from '../services/index.ts';
import { swarmSpace } from './swarm-space.ts';

const spaceWith = (swarm: SwarmOptions<Kiosk['settings']>) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the space asks for no types of an example
  const example = { ...kiosk, swarm } as unknown as AnyExample;
  return swarmSpace(example, faultKinds);
};

test('what nothing calls is not struck', async () => {
  const { targets } = await spaceWith({ unused: ['till.pay'] });
  expect(targets.flatMap(({ operations }) => operations)).not.toContain('pay');
});

test('an operation that there is not is refused, with the nearest', async () => {
  await expect(spaceWith({ unused: ['till.pya'] })).rejects.toThrow(
    'Failed to read what the swarm may draw: kiosk: swarm.unused names "till.pya". Did you mean "till.pay"?',
  );
});

test('so is a service that is to be struck often', async () => {
  await expect(spaceWith({ often: ['tlil'] })).rejects.toThrow(
    'swarm.often names "tlil". Did you mean "till"?',
  );
});

test('an aim that there is not is refused, and so is one of no switch', async () => {
  const switches = ['ratePerSecond'] as const;
  await expect(spaceWith({ switches, aims: { ratePerSecond: ['tll'] } })).rejects.toThrow(
    'swarm.aims.ratePerSecond names "tll". Did you mean "till"?',
  );
  await expect(spaceWith({ aims: { ratePerSecond: ['till'] } })).rejects.toThrow(
    'swarm.aims names "ratePerSecond". There are none.',
  );
});

test('a switch is not drawn beside one that every storm has and that it is kept apart from', async () => {
  const swarm = {
    switches: ['ratePerSecond'],
    aims: { ratePerSecond: ['till'] },
    apart: [['ratePerSecond', 'patienceMs']],
  } as const;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the space asks for no types of an example
  const example = { ...kiosk, swarm } as unknown as AnyExample;
  const switchesWith = async (given: Readonly<Record<string, number>>) => [
    ...((await swarmSpace(example, faultKinds, given)).switches?.keys() ?? []),
  ];
  expect(await switchesWith({})).toEqual(['ratePerSecond']);
  expect(await switchesWith({ patienceMs: 1 })).toEqual([]);
});
