import { describe, expect, test } from 'vitest';
import { declareCommand, parseOptions, type CommandOptions } from './options.ts';

const parse = (...args: string[]): CommandOptions => parseOptions(declareCommand('example'), args);

test('no flags mean the whole story under the documented seed, at the speed of the screen', () => {
  expect(parse()).toMatchObject({
    scenario: 'story',
    seed: 1,
    transport: 'in-process',
    speed: 'auto',
    set: [],
    fault: [],
    json: false,
    verify: false,
    why: false,
    proof: true,
  });
});

test.each([
  [['--scenario=failure', '--seed=7', '--transport=msw', '--speed=60x']],
  [['--scenario', 'failure', '--seed', '7', '--transport', 'msw', '--speed', '60x']],
])('values are taken with = and with a space: %j', (args) => {
  expect(parse(...args)).toMatchObject({
    scenario: 'failure',
    seed: 7,
    transport: 'msw',
    speed: 60,
  });
});

test('--set and --fault may be repeated, and keep their order', () => {
  const options = parse('--set', 'a=1', '--set=b=2', '--fault', 'x', '--fault=y z');
  expect(options.set).toEqual(['a=1', 'b=2']);
  expect(options.fault).toEqual(['x', 'y z']);
});

test('--implementation takes names between commas', () => {
  expect(parse('--implementation=mine,hooks, hardened').implementation).toEqual([
    'mine',
    'hooks',
    'hardened',
  ]);
});

test('--why asks for more proof and --no-proof for none', () => {
  expect(parse('--why')).toMatchObject({ why: true, proof: true });
  expect(parse('--no-proof')).toMatchObject({ why: false, proof: false });
});

describe('what is refused names the option, the value and the remedy', () => {
  test.each([
    [['--scenaro=failure'], '--scenaro=failure', 'Did you mean --scenario?'],
    [['--jsn'], '--jsn', 'Did you mean --json?'],
    [['--bananarama'], '--bananarama', 'See --help'],
    [['-x'], '-x', 'See --help'],
    [['--scenario=falure'], '--scenario=falure', 'Did you mean failure? Use one of failure, rec'],
    [['--transport=msv'], '--transport=msv', 'Did you mean msw?'],
    [['--seed=x'], '--seed=x', 'from 0 to'],
    [['--seed=-1'], '--seed=-1', 'from 0 to'],
    [['--seed=1.5'], '--seed=1.5', 'from 0 to'],
    [['--seed=9007199254740992'], '--seed=9007199254740992', 'from 0 to'],
    [['--speed=fast'], '--speed=fast', 'Use auto, max'],
    [['--speed=0x'], '--speed=0x', 'Use auto, max'],
    [['--scenario'], '--scenario', 'Write it as --scenario=<name>'],
    [['--scenario='], '--scenario', 'Write it as --scenario=<name>'],
    [['--trace', '--json'], '--trace', 'missing before --json'],
    [['--seed=1', '--seed=2'], '--seed=2', 'stands twice'],
    [['failure'], '"failure"', 'Did you mean --scenario=failure?'],
    [['workers=20'], '"workers=20"', 'Did you mean --set workers=20?'],
    [['something'], '"something"', 'Every argument is an option'],
    [['--json', '--speed=60x'], '--speed=60x', '--json always runs at full speed'],
    [['--scenario=scale', '--trace=t.csv'], '--trace=t.csv', 'makes its own load'],
    [['--list', '--report=r.html'], '--report=r.html', 'runs nothing'],
    [['--list', '--report-live=r.html'], '--report-live=r.html', 'runs nothing'],
    [['--report=r.html', '--report-live=r.html'], '--report-live=r.html', 'Name two files'],
    [['--trace=t.csv', '--report-live=r.html'], '--report-live=r.html', 'Use --report.'],
    [['--transport=msw', '--report-live=r.html'], '--report-live=r.html', 'Use --report.'],
    [['--why', '--no-proof'], '--why', 'Leave out one of the two.'],
    [['--implementation=a,,b'], '--implementation=a,,b', 'Write it as mine,hooks.'],
    [['--implementation=a,b,a'], '--implementation=a,b,a', 'Keep one of them.'],
    [['--seed=\u001B[31m1'], '--seed=\\x1b[31m1', 'from 0 to'],
    [['--json=yes'], '--json=yes', 'it takes no value. Write --json.'],
  ])('%j', (args, given, remedy) => {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => parse(...args)).toThrow(given);
    expect(() => parse(...args)).toThrow(remedy);
  });
});
