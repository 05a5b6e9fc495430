import type { CustomTypesConfig } from 'pg';

type Parse = (text: string) => unknown;

const numbers = (text: string): number[] =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(Number);

/** By the OID of the type, as `pg_type` has it. What is not here stays a text. */
const parsers = new Map<number, Parse>([
  [16, (text) => text === 't'],
  [20, Number],
  [21, Number],
  [23, Number],
  [114, (text) => JSON.parse(text)],
  [701, Number],
  [1007, numbers],
  [1016, numbers],
  [1700, Number],
  [3802, (text) => JSON.parse(text)],
]);

const asText: Parse = (text) => text;

/**
 * How the store reads the answers to its own statements. The parsers of `pg` belong to the whole
 * process: a program that sets one for its own queries must not change what the store reads.
 */
export const ownTypes: CustomTypesConfig = {
  getTypeParser: (oid: number) => parsers.get(oid) ?? asText,
};
