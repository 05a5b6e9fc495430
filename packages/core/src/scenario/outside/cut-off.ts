import { never, overLink } from '../../services/index.ts';
import { type Call, isCall } from '../call.ts';
import type { ProcessLink } from './process-link.ts';

/**
 * Thrown into code of a process that has crashed, where it calls a function that answers at once: it
 * goes no further. Nobody hears of it, as nobody is there.
 */
export class ProcessGoneError extends Error {
  override readonly name = 'ProcessGoneError';

  constructor() {
    super('The process has crashed: this code is not there any more.');
  }
}

/**
 * The functions of a port, for as long as its process lives. Afterwards its calls arrive nowhere: those
 * that answer with a promise wait for ever, the others throw a {@link ProcessGoneError}. Handlers that
 * were given to it are not called any more.
 */
export function cutOff<Port extends object>(port: Port, link: ProcessLink): Port {
  const entries = Object.entries(port).map(([name, value]: [string, unknown]) => [
    name,
    isCall(value) ? guarded(value, port, link) : isPlain(value) ? cutOff(value, link) : value,
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same functions by the same names
  return Object.freeze(Object.fromEntries(entries)) as Port;
}

/** A part of a port that is a record of functions itself. */
function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function guarded(call: Call, port: object, link: ProcessLink): Call {
  let answersLater = call.constructor.name === 'AsyncFunction';
  return (...args) => {
    if (link.isCut) {
      if (answersLater) return never();
      throw new ProcessGoneError();
    }
    const answer = Reflect.apply(
      call,
      port,
      args.map((arg) => (isCall(arg) ? whileAlive(arg, link) : arg)),
    );
    if (!(answer instanceof Promise)) return answer;
    answersLater = true;
    return overLink(answer, link);
  };
}

function whileAlive(handler: Call, link: ProcessLink): Call {
  return (...args) => (link.isCut ? undefined : handler(...args));
}
