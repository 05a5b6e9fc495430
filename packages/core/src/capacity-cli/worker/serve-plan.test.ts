import { expect, test } from 'vitest';
import { replyTo } from '../run.ts';
import type { PlanMessage } from './protocol.ts';
import { servePlan } from './serve-plan.ts';

/** Everything that the worker says to a request, after what it says unasked. */
function ask(request: unknown): readonly PlanMessage[] {
  const said: PlanMessage[] = [];
  servePlan({
    post: (message) => said.push(message),
    onMessage: (listener) => listener(request),
  });
  return said.filter(({ type }) => type !== 'inputs');
}

const requests = [
  { 'events-per-second': '5000', 'processing-ms': '2', burst: '2' },
  { 'events-per-second': '120', 'processing-ms': '80', variation: '2', peak: '1.5' },
  { 'events-per-second': '500', 'processing-ms': '10', hooks: '5', workers: '6', queue: '12' },
  {
    'events-per-second': '50',
    'processing-ms': '25',
    'arrival-variation': '2',
    'target-drop-rate': '1%',
    'target-wait-ms': '20',
    'target-percentile': '95',
    'max-utilisation': '0.8',
    'min-workers': '2',
  },
  { 'events-per-second': '100', 'processing-ms': '20', variation: '1.5', shape: 'gamma' },
];

test.each(requests)('the table of %j is that of the command line', async (request) => {
  const [plan] = ask(request);
  if (plan?.type !== 'plan') throw new Error(`It said ${JSON.stringify(plan)}.`);
  const { stdout } = await replyTo(plan.command.split(' ').slice(2));
  const cells = [...stdout.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim()),
  );
  expect(cells.filter(([first]) => !/^-+$/.test(first ?? ''))).toEqual(plan.table);
  expect(stdout).toContain([...plan.load].join('\n'));
  expect(stdout).toContain(plan.closing.join('\n'));
});

test.each([
  [{}, 'events-per-second'],
  [{ 'events-per-second': 'many', 'processing-ms': '2' }, 'events-per-second'],
  [{ 'events-per-second': '5000', 'processing-ms': '-2' }, 'processing-ms'],
  [
    { 'events-per-second': '5000', 'processing-ms': '2', 'target-drop-rate': '200%' },
    'target-drop-rate',
  ],
  [{ 'events-per-second': '5000', 'processing-ms': '2', shape: 'gama' }, 'shape'],
  [{ 'events-per-second': '5000', 'processing-ms': '2', workers: '4' }, 'workers'],
  [
    { 'events-per-second': '5000', 'processing-ms': '2', 'target-percentile': '95' },
    'target-percentile',
  ],
  [
    { 'events-per-second': '50', 'processing-ms': '2', 'arrival-variation': '2', variation: '3' },
    'arrival-variation',
  ],
])('what is wrong with %j is told in the words of the command line', async (request, input) => {
  const [refused] = ask(request);
  const flags = Object.entries(request).map(([name, text]) => `--${name}=${text}`);
  // Without any flag, the command line asks where it can.
  const { stderr } = await replyTo(flags);
  expect(refused).toEqual({ type: 'refused', message: stderr.trimEnd(), input });
});

test('a request that is none is refused', () => {
  expect(ask('5000')).toMatchObject([{ type: 'refused' }]);
  expect(ask({ burst: 'x'.repeat(1_000) })).toMatchObject([{ type: 'refused' }]);
});

test('a form is told of label, unit, limits and what holds unasked', () => {
  const said: PlanMessage[] = [];
  servePlan({ post: (message) => said.push(message), onMessage: () => {} });
  const [first] = said;
  if (first?.type !== 'inputs') throw new Error('It introduced nothing.');
  const byName = new Map(first.inputs.map((input) => [input.name, input]));
  expect(byName.get('processing-ms')).toEqual({
    name: 'processing-ms',
    label: 'mean time of an event, all its handlers together',
    unit: 'ms',
    range: 'a number above 0, e.g. 2',
    choices: [],
    preset: '',
  });
  expect(byName.get('shape')).toMatchObject({
    label: 'family of times that vary more',
    choices: ['log-normal', 'gamma', 'hyperexponential'],
    preset: 'log-normal',
  });
  expect(byName.get('target-drop-rate')?.preset).toBe('0.1%');
});
