import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reply } from '@firedrill/core/page';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idOf, ownFile, type Place, twinFile } from '../src/incidents.ts';
import { makeOwnFile, resetOwnFile } from '../src/own-files.ts';
import { OwnTexts } from '../src/own-texts.ts';
import { createEditorDoor } from '../src/page/editor-door.ts';
import type { OpenedText } from '../src/page/editor-messages.ts';

const place: Place = { incident: 'payment-processing', exercise: '2-freeze' };
const id = idOf(place);
const skeleton = readFileSync(twinFile(place, 'problem'), 'utf8');

let folder = '';
let elsewhere = '';
let turnedTo: Place[] = [];
let send: (path: string, message: unknown) => Promise<Reply>;

const file = (): string => ownFile(place, folder);
const onDisk = (): string => readFileSync(file(), 'utf8');
const beside = (): readonly string[] => readdirSync(join(folder, place.incident)).toSorted();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workshop-'));
  elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  turnedTo = [];
  send = createEditorDoor({
    texts: new OwnTexts(folder),
    turnTo(to) {
      turnedTo.push(to);
      makeOwnFile(to, ownFile(to, folder));
    },
    reset: (to) => resetOwnFile(to, ownFile(to, folder)),
  });
});

afterEach(() => {
  for (const each of [folder, elsewhere]) rmSync(each, { recursive: true });
});

/** The file that an answer hands out. */
function textOf({ body }: Reply): OpenedText {
  if (typeof body === 'string' || !('text' in body) || !('version' in body))
    throw new Error('none');
  return { text: String(body.text), version: String(body.version) };
}

const open = async (): Promise<OpenedText> => textOf(await send('/editor/open', { id }));

describe('the door of the editor', () => {
  test('makes the file from the skeleton, turns to it, and hands it out', async () => {
    expect(await open()).toEqual({
      text: skeleton,
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(turnedTo).toEqual([place]);
    expect(onDisk()).toBe(skeleton);
  });

  test('saves what it was handed, byte by byte, and leaves nothing beside it', async () => {
    const { version } = await open();
    chmodSync(file(), 0o640);
    const text = '\uFEFFconst a = "ü 😀";\r\nconst b = 1;';
    const saved = await send('/editor/save', { id, text, version });
    expect(saved).toMatchObject({ status: 200 });
    expect(onDisk()).toBe(text);
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(beside()).toEqual(['2-freeze.ts']);
    const looked = await send('/editor/look', { id });
    expect(saved.body).toEqual({ version: textOf(looked).version });
    expect(textOf(looked).text).toBe(text);
  });

  test('writes nothing over what was changed in between, and hands that out', async () => {
    const { version } = await open();
    writeFileSync(file(), 'theirs');
    const late = await send('/editor/save', { id, text: 'mine', version });
    expect(late).toMatchObject({
      status: 409,
      body: {
        text: 'theirs',
        message: `${id} was changed on the disk in between. Nothing was written.`,
      },
    });
    expect(onDisk()).toBe('theirs');
    const { version: now } = textOf(late);
    expect(await send('/editor/save', { id, text: 'mine', version: now })).toMatchObject({
      status: 200,
    });
    expect(onDisk()).toBe('mine');
  });

  test('does not bring back a file that is gone, unless it is told to', async () => {
    const { version } = await open();
    rmSync(file());
    expect(await send('/editor/save', { id, text: 'mine', version })).toMatchObject({
      status: 409,
      body: { text: '', version: '' },
    });
    expect(existsSync(file())).toBe(false);
    expect(await send('/editor/save', { id, text: 'mine', version: '' })).toMatchObject({
      status: 200,
    });
    expect(onDisk()).toBe('mine');
  });

  test('keeps texts beside the file, each under a name of its own', async () => {
    await open();
    for (const [index, text] of ['first', 'second'].entries()) {
      const copy = `2-freeze.kept-${index + 1}.txt`;
      expect(await send('/editor/set-aside', { id, text })).toEqual({
        status: 200,
        body: { copy },
      });
      expect(readFileSync(join(folder, place.incident, copy), 'utf8')).toBe(text);
    }
  });

  test('puts the skeleton back, with a copy of what stood there', async () => {
    await open();
    writeFileSync(file(), 'mine');
    expect(await send('/editor/reset', { id })).toMatchObject({
      status: 200,
      body: { text: skeleton, copy: '2-freeze.kept-1.txt' },
    });
    expect(readFileSync(join(folder, place.incident, '2-freeze.kept-1.txt'), 'utf8')).toBe('mine');
  });
});

describe('the door of the editor refuses', () => {
  const version = '';
  test.each([
    ['a path', '/editor/save', { id: '../../etc/passwd', text: '', version }, 404],
    ['a path to the file', '/editor/save', { id: `${id}.ts`, text: '', version }, 404],
    ['a solution', '/editor/look', { id: 'exercises/payment-processing/2-freeze/solution' }, 404],
    ['a name of every object', '/editor/look', { id: '__proto__' }, 404],
    ['an id that is no text', '/editor/look', { id: [id] }, 400],
    ['an id without end', '/editor/look', { id: 'a'.repeat(101) }, 400],
    ['a save without a version', '/editor/save', { id, text: '' }, 400],
    ['a text without end', '/editor/save', { id, text: 'a'.repeat(100_001), version }, 400],
    ['half a letter', '/editor/save', { id, text: '\uD83D', version }, 400],
    ['what it does not know', '/editor/save', { id, text: '', version, path: '/tmp/a' }, 400],
    ['a copy of half a letter', '/editor/set-aside', { id, text: '\uD83D' }, 400],
    ['no message', '/editor/open', null, 400],
    ['another place', '/editor/solution', { id }, 404],
  ])('%s', async (_what, path, message, status) => {
    const answer = await send(path, message);
    expect(answer).toMatchObject({ status, body: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(readdirSync(folder)).toEqual([]);
    expect(turnedTo).toEqual([]);
  });

  const paths = ['look', 'open', 'save', 'reset', 'set-aside'] as const;
  const messages = {
    look: { id },
    open: { id },
    save: { id, text: 'mine', version },
    reset: { id },
    'set-aside': { id, text: 'mine' },
  };

  test.each(paths)('to %s through a link in place of the file', async (path) => {
    mkdirSync(join(folder, place.incident));
    writeFileSync(join(elsewhere, 'secret.ts'), 'secret');
    symlinkSync(join(elsewhere, 'secret.ts'), file());
    expect(await send(`/editor/${path}`, messages[path])).toEqual({
      status: 422,
      body: `Failed to edit ${id} in the page: it is a symbolic link. Use an editor of your own for it.`,
    });
    expect(readFileSync(join(elsewhere, 'secret.ts'), 'utf8')).toBe('secret');
    expect(beside()).toEqual(['2-freeze.ts']);
    expect(turnedTo).toEqual([]);
  });

  test.each(paths)('to %s in a folder that is a link', async (path) => {
    symlinkSync(elsewhere, join(folder, place.incident));
    expect(await send(`/editor/${path}`, messages[path])).toMatchObject({
      status: 422,
      body: expect.stringContaining('its folder is a link to another place'),
    });
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(turnedTo).toEqual([]);
  });

  test('a link that points nowhere, and to save where a copy is one', async () => {
    mkdirSync(join(folder, place.incident));
    symlinkSync(join(elsewhere, 'new.ts'), file());
    expect(await send('/editor/save', messages.save)).toMatchObject({ status: 422 });
    rmSync(file());
    symlinkSync(join(elsewhere, 'new.txt'), join(folder, place.incident, '2-freeze.kept-1.txt'));
    expect(await send('/editor/set-aside', messages['set-aside'])).toMatchObject({
      body: { copy: '2-freeze.kept-2.txt' },
    });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test.each([
    ['a folder', () => mkdirSync(file()), 'it is no file'],
    ['what is no text', () => writeFileSync(file(), Buffer.from([0xc3, 0x28])), 'no text in UTF-8'],
    ['what is too large', () => writeFileSync(file(), 'a'.repeat(130 * 1_024)), 'more than 128 KB'],
  ])('%s in place of the file', async (_what, put, cause) => {
    mkdirSync(join(folder, place.incident));
    put();
    for (const path of ['look', 'open', 'save', 'reset'] as const) {
      expect(await send(`/editor/${path}`, messages[path])).toMatchObject({
        status: 422,
        body: expect.stringContaining(cause),
      });
    }
    expect(beside()).toEqual(['2-freeze.ts']);
  });
});
