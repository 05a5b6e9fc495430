import { describe, expect, test } from 'vitest';
import { ServiceError, ServiceTimeoutError } from '../../services/index.ts';
import { simulate } from '../../simulation/index.ts';
import { type CertaintyOptions, makeCertain } from './make-certain.ts';

const timedOut = new ServiceTimeoutError('bank', 'capture', 1_000);
const busy = new ServiceError('bank', 'capture', 503, 'busy');
const declined = new ServiceError('bank', 'capture', 402, 'card declined');

const end = (ending: string | Error): Promise<string> =>
  ending instanceof Error ? Promise.reject(ending) : Promise.resolve(ending);

/** Plays a list of endings, call by call, and tells what was called and when it was certain. */
function play(
  endings: readonly (string | Error)[],
  answers: readonly (string | undefined | Error)[] = [],
  options: Partial<CertaintyOptions<string>> = {},
) {
  return simulate({ seed: 1, start: 0 }, async () => {
    let calls = 0;
    let questions = 0;
    const result = await makeCertain(() => end(endings[calls++] ?? timedOut), {
      ask: async () => {
        const answer = answers[questions++];
        return answer === undefined ? undefined : end(answer);
      },
      backoff: { initialMs: 100, maxMs: 1_000, factor: 2, jitter: 'none' },
      random: () => 0,
      ...options,
    }).catch((error: unknown) => error);
    return { result, calls, questions, atMs: Math.round(performance.now()) };
  }).then(({ value }) => value);
}

describe('an outcome is made certain', () => {
  test('a call that succeeds is certain at once', async () => {
    expect(await play(['done'])).toMatchObject({ result: 'done', calls: 1, questions: 0, atMs: 0 });
  });

  test('a call or a question that throws at once ends as one that rejects', async () => {
    const { value } = await simulate({ seed: 1, start: 0 }, () => {
      let calls = 0;
      return makeCertain(
        () => {
          calls += 1;
          if (calls === 1) throw timedOut;
          return Promise.resolve(`call ${calls}`);
        },
        {
          ask: () => {
            throw busy;
          },
          backoff: { initialMs: 100, maxMs: 1_000, factor: 2, jitter: 'none' },
          random: () => 0,
        },
      );
    });
    expect(value).toBe('call 2');
  });

  test('a call without an answer is not repeated when it took effect', async () => {
    const played = await play([timedOut], ['done']);
    expect(played).toMatchObject({ result: 'done', calls: 1, questions: 1 });
  });

  test('it is repeated, after a back-off, when it took none, or the question failed too', async () => {
    expect(await play([timedOut, 'done'], [undefined])).toMatchObject({ calls: 2, atMs: 100 });
    expect(await play([timedOut, 'done'], [busy])).toMatchObject({ result: 'done', calls: 2 });
  });

  test('what stays unclear ends with the error of the last call', async () => {
    const played = await play([], [], { maxAttempts: 3 });
    expect(played).toMatchObject({ result: timedOut, calls: 3, questions: 3, atMs: 300 });
  });

  test('a definite failure is final at once, unless more are allowed', async () => {
    expect(await play([busy, 'done'])).toMatchObject({ result: busy, calls: 1 });
    expect(await play([busy, busy, 'done'], [], { maxFailures: 3 })).toMatchObject({
      result: 'done',
      questions: 0,
    });
    expect(await play([busy, busy, busy], [], { maxFailures: 3 })).toMatchObject({ calls: 3 });
  });

  test('a failure that the service will repeat is final at once', async () => {
    const isFinal = (error: unknown): boolean => error === declined;
    const played = await play([declined, 'done'], [], { maxFailures: 3, isFinal });
    expect(played).toMatchObject({ result: declined, calls: 1 });
  });

  test('a repetition that found nobody there says nothing of a first one nobody could ask about', async () => {
    const played = await play([timedOut, busy], [busy]);
    expect(played).toMatchObject({ result: timedOut, calls: 2, questions: 1 });
    expect(await play([timedOut, busy], [undefined])).toMatchObject({ result: busy });
  });

  test('what the service will say again, it says of the first call, too', async () => {
    const isFinal = (error: unknown): boolean => error === declined;
    expect(await play([timedOut, declined], [busy], { isFinal })).toMatchObject({
      result: declined,
    });
  });

  test('who hangs up is asked nothing more, and hears that the outcome is unknown', async () => {
    const controller = new AbortController();
    controller.abort(new Error('the user left'));
    const played = await play([timedOut, 'done'], ['done'], { signal: controller.signal });
    expect(played).toMatchObject({ result: timedOut, calls: 1, questions: 0 });

    const later = new AbortController();
    const waiting = await play([timedOut, 'done'], [undefined], {
      signal: later.signal,
      backoff: { initialMs: 100, maxMs: 100, factor: 1, jitter: 'full' },
      random: () => {
        setTimeout(() => later.abort(new Error('the user left')), 60);
        return 0.9;
      },
    });
    expect(waiting).toMatchObject({ result: timedOut, calls: 1, questions: 1, atMs: 60 });
  });

  test('it is repeated when the failure says, but not tomorrow', async () => {
    const soon = Object.assign(new Error('busy'), { outcome: 'failure', retryAfterMs: 700 });
    expect(await play([soon, 'done'], [], { maxFailures: 2 })).toMatchObject({ atMs: 700 });
    const tomorrow = Object.assign(new Error('closed'), { status: 429, retryAfterMs: 86_400_000 });
    expect(await play([tomorrow, 'done'], [], { maxFailures: 2 })).toMatchObject({
      result: tomorrow,
      atMs: 0,
    });
  });
});
