import { createHash, randomUUID } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { idOf, ownFile, type Place } from './incidents.ts';
import { copyName, mostCopies } from './own-files.ts';

/** A learner's file, as the editor of the page has it. */
export interface OwnText {
  readonly text: string;
  /** Of what stands on the disk: other bytes have another one. Empty where there is no file. */
  readonly version: string;
}

export type Saved =
  | { readonly kind: 'saved'; readonly version: string }
  /** Somebody else has written it in between: nothing was changed. */
  | { readonly kind: 'changed'; readonly now: OwnText };

/** A file that the page leaves alone. */
export class NotEditableError extends Error {
  override readonly name = 'NotEditableError';
  readonly code = 'NOT_EDITABLE';

  constructor(place: Place, cause: string) {
    super(`Failed to edit ${idOf(place)} in the page: ${cause}. Use an editor of your own for it.`);
  }
}

/** A source file has a tenth of it. */
const mostBytes = 128 * 1_024;

/**
 * The learner's files, for an editor that is no program of his own. A file is named by its exercise, and
 * lies in its own folder: links are neither followed nor written through.
 *
 * @param folder in which the folders of the incidents stand
 */
export class OwnTexts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws NotEditableError for what is no text of a size that can be edited, or lies elsewhere */
  read(place: Place): OwnText {
    const file = this.#fileOf(place);
    if (file === undefined) return { text: '', version: '' };
    const bytes = readFileSync(file);
    return { text: decode(place, bytes), version: versionOf(bytes) };
  }

  /**
   * Writes a file whole, or not at all.
   *
   * @param version of what the editor began with
   * @throws NotEditableError as `read`
   */
  save(place: Place, text: string, version: string): Saved {
    const now = this.read(place);
    if (now.version !== version) return { kind: 'changed', now };
    const file = ownFile(place, this.#folder);
    const old = lstatSync(file, { throwIfNoEntry: false });
    mkdirSync(dirname(file), { recursive: true });
    const written = join(dirname(file), `.${place.exercise}.${randomUUID()}.new`);
    try {
      // A name that nobody knows, and that must be new: no link can wait there.
      writeFileSync(written, text, { flag: 'wx', flush: true, ...(old && { mode: old.mode }) });
      renameSync(written, file);
    } finally {
      rmSync(written, { force: true });
    }
    return { kind: 'saved', version: versionOf(Buffer.from(text)) };
  }

  /**
   * Keeps a text beside the file, under a name that is free.
   *
   * @returns the name, such as `2-freeze.kept-1.txt`
   * @throws NotEditableError as `read`, and when there is no name left
   */
  setAside(place: Place, text: string): string {
    this.#fileOf(place);
    const file = ownFile(place, this.#folder);
    mkdirSync(dirname(file), { recursive: true });
    for (let number = 1; number <= mostCopies; number += 1) {
      const name = copyName(place, number);
      try {
        writeFileSync(join(dirname(file), name), text, { flag: 'wx', flush: true });
        return name;
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
    }
    throw new NotEditableError(place, `there are ${mostCopies} copies beside it. Delete some`);
  }

  /** @returns undefined where there is no file */
  #fileOf(place: Place): string | undefined {
    const file = ownFile(place, this.#folder);
    const folder = lstatSync(dirname(file), { throwIfNoEntry: false });
    if (folder === undefined) return undefined;
    const isOwnFolder =
      folder.isDirectory() &&
      realpathSync(dirname(file)) === join(realpathSync(this.#folder), place.incident);
    if (!isOwnFolder) throw new NotEditableError(place, 'its folder is a link to another place');
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isSymbolicLink()) throw new NotEditableError(place, 'it is a symbolic link');
    if (!found.isFile()) throw new NotEditableError(place, 'it is no file');
    if (found.size > mostBytes)
      throw new NotEditableError(place, `it has more than ${mostBytes / 1_024} KB`);
    return file;
  }
}

const versionOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function decode(place: Place, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotEditableError(place, 'it is no text in UTF-8');
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';
