import { createRandom, simulate } from '@firedrill/core/simulation';
import { createFollowUps, type FollowUps } from '../src/implementations/hardened/follow-ups.ts';
import { hardenedParts } from '../src/implementations/hardened/game.ts';
import type { ShedLog } from '../src/implementations/hardened/shed-log.ts';
import type { Context } from '../src/system.ts';

export const ignore = (): void => {};

/** What a part finds outside: each call is noted, and answered unless `answer` says otherwise. */
export function noted(
  names: readonly string[],
  answer: (call: string) => unknown = () => ({ ok: true }),
) {
  const calls: string[] = [];
  const services = Object.fromEntries(
    names.map((name) => {
      const [service = '', operation = ''] = name.split('.');
      const call = async (): Promise<unknown> => {
        calls.push(name);
        return answer(name);
      };
      return [service, { [operation]: call }];
    }),
  );
  return { calls, services };
}

export function contextWith(outside: object, others: object = {}): Context {
  const settings = { workers: 20, queueSize: 20, tickMs: 50, interestM: 30, ...others };
  const telemetry = { failed: ignore, count: ignore, note: ignore, gauge: ignore };
  const context = {
    outside: { gate: { stored: ignore }, ...outside },
    settings,
    telemetry,
    process: { name: 'app', start: 1 },
    clock: { elapsedMs: () => performance.now() },
    random: (name: string) => createRandom(1, name),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the parts use of a context
  return context as unknown as Context;
}

/** A shard with a lossy link, and with nothing else that anybody looks at. */
export const contextWithLink = (
  link: object,
  settings: { readonly interestM: number; readonly crowd: boolean },
): Context =>
  contextWith(
    {
      cpu: { compare: ignore, encode: ignore },
      gate: { connect: ignore },
      link: { connect: ignore, disconnect: ignore, ...link },
    },
    settings,
  );

export const inSimulation = async (work: () => Promise<void>): Promise<void> => {
  await simulate({ seed: 1, start: '2027-03-06T20:00:00.000Z' }, work);
};

export const followUpsOf = (
  outside: object,
  shed: ShedLog = { add: ignore, close: async () => {} },
): FollowUps => createFollowUps(contextWith(outside), shed, hardenedParts);
