import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../workspace.ts';
import { readRooms, untoldErrorsOf } from './public-names.ts';

const room = `
/** Told. @throws RangeError always */
export function told(): never {
  throw new RangeError('no');
}
/** Nothing is said. */
export function silent(): never {
  throw new RangeError('no');
}
/** In an arrow, behind a promise. */
export const later = async (isBad: boolean): Promise<void> => {
  if (isBad) throw refused();
};
/** Caught, handed on, and thrown by somebody else. */
export function quiet(): () => never {
  try {
    throw new Error('caught');
  } catch (error) {
    if (error instanceof TypeError) throw error;
  }
  return () => {
    throw new Error('not here');
  };
}
/** A catch that throws something new. */
export function translated(): void {
  try {
    told();
  } catch (cause) {
    throw new Error('new', { cause });
  }
}
/** A class. */
export class Door {
  constructor(width: number) {
    if (width < 0) throw new RangeError('width');
  }
  /** @throws Error when it is open */
  open(): void {
    throw new Error('open');
  }
  close(): void {
    throw new Error('closed');
  }
  #lock(): void {
    throw new Error('locked');
  }
}
const refused = (): Error => new Error('refused');
`;

test('what a public name throws itself, and no docstring tells, is named with its place', () => {
  const folder = mkdtempSync(join(root, 'tools/node_modules/untold-errors-'));
  try {
    const exports = { './room': './room.ts' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'package', exports }));
    writeFileSync(join(folder, 'room.ts'), room.trimStart());
    const said = untoldErrorsOf(readRooms(folder)).map((sentence) =>
      sentence.replace(/^.*?(room\.ts:\d+: .*?), and .*$/, '$1'),
    );
    expect(said).toEqual([
      'room.ts:35: Door throws new RangeError',
      'room.ts:42: Door.close throws new Error',
      'room.ts:11: later throws refused',
      'room.ts:7: silent throws new RangeError',
      'room.ts:29: translated throws new Error',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
