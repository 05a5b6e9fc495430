import type { HostedOperation } from './hosted-operation.ts';
import { hasBody } from './method.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The input as the server gets it: what travels in the path or the query is text there. Both
 * transports send this, so that an operation cannot work over one of them alone.
 */
export function wireInput({ definition, parameters }: HostedOperation, input: unknown): unknown {
  if (!isFields(input)) return input;
  const textual = hasBody(definition.method) ? parameters : Object.keys(input);
  if (textual.every((name) => typeof input[name] === 'string')) return input;
  const wire: Record<string, unknown> = { ...input };
  for (const name of textual) {
    const value = input[name];
    if (value === undefined || value === null) delete wire[name];
    else wire[name] = String(value);
  }
  return wire;
}

/** Whether it is an object with named fields. */
export function isFields(input: unknown): input is Fields {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
