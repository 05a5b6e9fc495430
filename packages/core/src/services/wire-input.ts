import { InvalidRequestError } from './errors.ts';
import type { HostedOperation } from './hosted-operation.ts';
import { hasBody } from './method.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The input as the server gets it: what travels in the path or the query is text there. Both
 * transports send this, so that an operation cannot work over one of them alone.
 *
 * @throws InvalidRequestError when a part of the path is missing: there is nowhere to send it.
 */
export function wireInput(operation: HostedOperation, input: unknown): unknown {
  const { definition, parameters } = operation;
  const isInBody = hasBody(definition.method);
  if (parameters.length === 0) {
    if (definition.input === undefined) return undefined;
    if (isInBody) return input;
  }
  const fields = isFields(input) ? input : {};
  const wire = asText(fields, isInBody ? parameters : Object.keys(fields));
  const issues = parameters
    .filter((name) => wire[name] === undefined || wire[name] === '')
    .map((path) => ({ path, message: 'a part of the path is missing' }));
  if (issues.length > 0) throw new InvalidRequestError(operation.service, operation.name, issues);
  return wire;
}

/** Whether it is an object with named fields. */
export function isFields(input: unknown): input is Fields {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function asText(fields: Fields, names: readonly string[]): Fields {
  if (names.every((name) => typeof fields[name] === 'string')) return fields;
  const wire: Record<string, unknown> = { ...fields };
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null) delete wire[name];
    else wire[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return wire;
}
