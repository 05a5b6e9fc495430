import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../scenario/record.ts';

const text = readFileSync(new URL('../../../../docs/record/README.md', import.meta.url), 'utf8');
const section = /### (\S+)\n[^#]*?```json\n([^]*?)```/g;
const examples = [...text.matchAll(section)].map(([, type = '', json = '']) => ({ type, json }));
const types = runRecordSchema.options.map(({ shape }) => shape.type.value);

describe('the document of the record', () => {
  it('shows every type once', () => {
    expect(examples).toHaveLength(types.length);
    expect(new Set(examples.map(({ type }) => type))).toEqual(new Set(types));
  });

  it.each(examples)('shows a valid record under $type', ({ type, json }) => {
    expect(runRecordSchema.parse(JSON.parse(json)).type).toBe(type);
  });
});
