import { copyData, isThenable } from '../../services/index.ts';
import { type Call, isCall } from '../call.ts';
import type { ProcessLink } from '../outside/index.ts';
import { ProcessCrashedError, ProcessDownError } from './errors.ts';

export interface FrontOptions {
  /** Name of the process. */
  readonly process: string;
  readonly link: ProcessLink;
  /** Hears of everything that the process throws at whoever called it. */
  readonly onThrown: (error: unknown) => void;
  /** Hears of each call that has begun; gives back what hears how it ended. */
  readonly onCall?: (() => (error?: unknown) => void) | undefined;
}

/**
 * A system as its visitors reach it, over a network: what goes in and comes out is copied, so that
 * nobody shares an object with it; a call to a process that is down is refused, and one that is under
 * way when it crashes ends with an unknown outcome.
 */
export function front<System extends object>(system: System, options: FrontOptions): System {
  const wrapped = new Map<string | symbol, Call>();
  return new Proxy(system, {
    get(target, name) {
      const known = wrapped.get(name);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, name, target);
      if (!isCall(value)) return value;
      const call = fronted(value, target, options);
      wrapped.set(name, call);
      return call;
    },
    set: () => false,
  });
}

function fronted(method: Call, system: object, options: FrontOptions): Call {
  const { link, process, onThrown, onCall } = options;
  const outward = (value: unknown): unknown =>
    isHandle(value) ? front(value, options) : copyData(value);
  return (...args) => {
    if (link.isCut) return Promise.reject(new ProcessDownError(process));
    let answer: unknown;
    try {
      answer = Reflect.apply(
        method,
        system,
        args.map((arg) => (isCall(arg) ? whileUp(arg, link) : copyData(arg))),
      );
    } catch (error) {
      onThrown(error);
      throw error;
    }
    if (!isThenable(answer)) return outward(answer);
    const ended = onCall?.();
    return new Promise((resolve, reject) => {
      const crash = (): void => {
        const error = new ProcessCrashedError(process);
        ended?.(error);
        reject(error);
      };
      const forget = link.onceCut(crash);
      answer.then(
        (value) => {
          if (link.isCut) return undefined;
          forget();
          ended?.();
          resolve(outward(value));
          return undefined;
        },
        (error: unknown) => {
          if (link.isCut) return;
          forget();
          onThrown(error);
          ended?.(error);
          // oxlint-disable-next-line prefer-promise-reject-errors -- passed on as it came
          reject(error);
        },
      );
    });
  };
}

/** An object with functions of its own, such as a session: its calls go through the front, too. */
function isHandle(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((each) => typeof each === 'function')
  );
}

/** What a visitor gave to a process is called by it for as long as it runs. */
function whileUp(handler: Call, link: ProcessLink): Call {
  return (...args) => (link.isCut ? undefined : handler(...args.map(copyData)));
}
