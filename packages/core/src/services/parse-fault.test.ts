import { describe, expect, test } from 'vitest';
import { faultLabel, FaultSyntaxError, type FaultTarget, parseFault } from './index.ts';

const targets: readonly FaultTarget[] = [
  { name: 'webhooks', kind: 'service', operations: ['deliver'], keys: 'merchants' },
  { name: 'gateway', kind: 'service', operations: ['authorize'], keys: undefined },
  { name: 'gateway-callbacks', kind: 'channel', operations: [], keys: undefined },
  { name: 'app', kind: 'process', operations: [], keys: undefined },
];

const options = {
  targets,
  startsAtMs: Date.UTC(2026, 10, 27, 14, 0),
  durationMs: 40 * 60_000,
} as const;
const minutes = (count: number): number => count * 60_000;

describe('a fault in text', () => {
  test.each([
    [
      'webhooks:hang@14:18-14:30,share=0.4,of=keys',
      {
        kind: 'hang',
        service: 'webhooks',
        fromMs: minutes(18),
        toMs: minutes(30),
        share: 0.4,
        of: 'keys',
      },
      'webhooks: 40 % of keys hang',
    ],
    [
      'gateway:slow@+60s-+5m,p50=2000,p99=4s',
      {
        kind: 'slow',
        service: 'gateway',
        fromMs: minutes(1),
        toMs: minutes(5),
        latency: { p50Ms: 2_000, p99Ms: 4_000 },
      },
      'gateway: all calls take 2 s (p99 4 s)',
    ],
    [
      'gateway:slow@14:00:30-14:01,factor=10,operation=authorize,id=crawl',
      {
        kind: 'slow',
        service: 'gateway',
        fromMs: 30_000,
        toMs: minutes(1),
        factor: 10,
        operation: 'authorize',
        id: 'crawl',
      },
      'gateway.authorize: all calls take 10 times as long',
    ],
    [
      'gateway:slow@+0s-+1s,fixed=250ms',
      { kind: 'slow', service: 'gateway', fromMs: 0, toMs: 1_000, latency: { fixedMs: 250 } },
      'gateway: all calls take 250 ms',
    ],
    [
      'gateway:error@+1s-+2s,status=500',
      { kind: 'error', service: 'gateway', fromMs: 1_000, toMs: 2_000, status: 500 },
      'gateway: all calls fail with status 500',
    ],
    [
      'gateway:reset@+1s-+2s,performed=true',
      { kind: 'reset', service: 'gateway', fromMs: 1_000, toMs: 2_000, performed: true },
      'gateway: all calls are performed, then have their connection reset',
    ],
    [
      'gateway:flap@+1s-+1.5m,period=10s,down=2s',
      {
        kind: 'flap',
        service: 'gateway',
        fromMs: 1_000,
        toMs: 90_000,
        periodMs: 10_000,
        downMs: 2_000,
      },
      'gateway: all calls fail for 2 s of every 10 s',
    ],
    [
      'gateway-callbacks:duplicate@+1s-+2s,copies=3',
      { kind: 'duplicate', service: 'gateway-callbacks', fromMs: 1_000, toMs: 2_000, copies: 3 },
      'gateway-callbacks: all calls are delivered 4 times',
    ],
    [
      'gateway-callbacks:reorder@+1s-+2s,delay=500',
      { kind: 'reorder', service: 'gateway-callbacks', fromMs: 1_000, toMs: 2_000, delayMs: 500 },
      'gateway-callbacks: all calls come up to 500 ms late, out of order',
    ],
    [
      'gateway:drop-response@+1s-+2s',
      { kind: 'drop-response', service: 'gateway', fromMs: 1_000, toMs: 2_000 },
      'gateway: all calls are performed and lose their answer',
    ],
    [
      'gateway:cut@+1s-+2s',
      { kind: 'cut', service: 'gateway', fromMs: 1_000, toMs: 2_000 },
      'gateway: all calls are performed, and their answer breaks off',
    ],
    [
      'gateway:dribble@+1s-+2s,for=3s',
      { kind: 'dribble', service: 'gateway', fromMs: 1_000, toMs: 2_000, forMs: 3_000 },
      'gateway: all calls are performed, and their answer takes 3 s to come in',
    ],
    [
      'app:crash@+1s-+2s',
      { kind: 'crash', service: 'app', fromMs: 1_000, toMs: 2_000 },
      'app crashes',
    ],
    [
      'app:crash@+1s-+2s,after=gateway.authorize',
      { kind: 'crash', service: 'app', fromMs: 1_000, toMs: 2_000, after: 'gateway.authorize' },
      'app crashes as gateway.authorize is done',
    ],
    [
      'app:clock@+1s-+2s,by=-30s',
      { kind: 'clock', service: 'app', fromMs: 1_000, toMs: 2_000, byMs: -30_000 },
      'app has a clock that is 30 s slow',
    ],
  ])('%s', (text, fault, label) => {
    const parsed = parseFault(text, options);
    expect(parsed).toEqual(fault);
    expect(faultLabel(parsed)).toBe(label);
  });

  test('may run past midnight', () => {
    const night = { ...options, startsAtMs: Date.UTC(2026, 10, 27, 23, 50) };
    expect(parseFault('gateway:hang@23:55-00:10', night)).toMatchObject({
      fromMs: minutes(5),
      toMs: minutes(20),
    });
  });

  test.each([
    ['webhook', 'form', 'it is not of the form service:kind@from-to,option=value'],
    ['webhook:hang@+1s-+2s', 'service', '"webhook" is no service. Did you mean "webhooks"?'],
    ['payroll:hang@+1s-+2s', 'service', '"payroll" is no service. Use one of webhooks, gateway,'],
    ['gateway:hnag@+1s-+2s', 'kind', '"hnag" is no kind. Did you mean "hang"?'],
    ['gateway:hang', 'form', 'it is not of the form service:kind@from-to,option=value'],
    ['connections:hang', 'service', '"connections" is no service. Use one of webhooks, gateway,'],
    [
      'gateway:crash@+1s-+2s',
      'kind',
      'gateway is a service, and cannot have crash. Use one of hang',
    ],
    [
      'gateway-callbacks:cut@+1s-+2s',
      'kind',
      'gateway-callbacks is a channel, and cannot have cut',
    ],
    [
      'app:hang@+1s-+2s',
      'kind',
      'app is a process, and cannot have hang. Use one of crash, clock.',
    ],
    [
      'app:crsh@+1s-+2s',
      'kind',
      '"crsh" is no kind. Did you mean "crash"? Use one of crash, clock.',
    ],
    ['gateway:hang@+1s-+2s,of=keys', 'options', 'the calls of gateway carry no key'],
    ['gateway:hang@+1s-+2s,operation=x', 'options', 'gateway has no operation "x"'],
    ['app:crash@+1s-+2s,share=0.5', 'options', 'Leave share and of out.'],
    ['gateway:dribble@+1s-+2s', 'options', 'Write for example dribble@+60s-+5m,for=5s.'],
    ['app:clock@+1s-+2s', 'options', 'Write for example clock@+60s-+5m,by=30s.'],
    ['gateway:hang@14:18', 'time', '"14:18" is not of the form from-to'],
    ['gateway:hang@1418-14:20', 'time', '"1418" is no time. Write a time of the virtual day'],
    ['gateway:hang@14:60-15:00', 'time', '"14:60" is no time'],
    ['gateway:hang@+5-+9', 'time', '"+5" is no time'],
    ['gateway:hang@14:30-14:18', 'time', '"14:30-14:18" ends before it has begun'],
    [
      'gateway:hang@13:00-14:18',
      'time',
      '"13:00" is not within the run. The run lasts from 14:00:00 to 14:40:00 (+2400s).',
    ],
    ['gateway:hang@14:30-14:41', 'time', '"14:41" is not within the run'],
    ['gateway:hang@+1s-+2s,shar=1', 'option of hang', 'Did you mean "share"?'],
    ['gateway:hang@+1s-+2s,status=500', 'option of hang', 'Use one of id, operation, share, of.'],
    ['gateway:hang@+1s-+2s,', 'option of hang', '"" is no option of hang'],
    ['gateway:hang@+1s-+2s,constructor=1', 'option of hang', '"constructor" is no option'],
    ['gateway:hang@+1s-+2s,share=40%', 'share', 'share is "40%". Give it a number from 0 to 1'],
    ['gateway:hang@+1s-+2s,share=1.5', 'share', 'Give it a number from 0 to 1'],
    ['gateway:hang@+1s-+2s,of=key', 'of', 'of is "key". Give it calls or keys.'],
    ['gateway:hang@+1s-+2s,of=keys,of=keys', 'of', 'of is given twice. Keep one.'],
    ['gateway:error@+1s-+2s,status=200', 'status', 'Give it an HTTP status from 400 to 599.'],
    ['gateway:slow@+1s-+2s', 'options', 'give either latency or factor. Write for example slow@'],
    ['gateway:slow@+1s-+2s,p50=9,p99=5', 'options', 'invalid slow fault.latency.p99Ms 5'],
    ['gateway:slow@+1s-+2s,p50=9,fixed=5', 'options', 'use { p50Ms, p99Ms } or { fixedMs }'],
    ['gateway:slow@+1s-+2s,p99=9', 'options', 'use { p50Ms, p99Ms } or { fixedMs }'],
    ['gateway:flap@+1s-+2s,period=5,down=9', 'options', 'invalid flap fault.periodMs 5'],
    ['gateway:flap@+1s-+2s', 'options', 'invalid flap fault.periodMs undefined: use a number'],
  ])('%s is refused: %s', (text, part, cause) => {
    const error = thrownBy(() => parseFault(text, options));
    expect(error).toBeInstanceOf(FaultSyntaxError);
    expect(error).toMatchObject({ code: 'FAULT_SYNTAX', text, part });
    expect(String(error)).toContain(`Failed to read fault "${text}": `);
    expect(String(error)).toContain(cause);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
