import { basename } from 'node:path';
import type { Reply, TakeMessage } from '@firedrill/core/page';
import type { z } from 'zod';
import { allPlaces, idOf, type Place } from '../incidents.ts';
import { NotEditableError, type OwnTexts } from '../own-texts.ts';
import {
  type Conflict,
  lookSchema,
  openSchema,
  resetSchema,
  type ResetText,
  saveSchema,
  setAsideSchema,
} from './editor-messages.ts';

export interface EditorDoorOptions {
  readonly texts: OwnTexts;
  /** Makes the file of an exercise where there is none, and has it judged. */
  readonly turnTo: (place: Place) => void;
  /** @returns the copy of what stood there; undefined where there is none */
  readonly reset: (place: Place) => string | undefined;
}

/** The door of the editor in the page. An exercise is named by its id; no path comes in. */
export function createEditorDoor({ texts, turnTo, reset }: EditorDoorOptions): TakeMessage {
  const places = new Map(allPlaces().map((place) => [idOf(place), place]));

  function on<Message extends { readonly id: string }>(
    schema: z.ZodType<Message>,
    data: unknown,
    work: (place: Place, message: Message) => Reply,
  ): Reply {
    const message = schema.safeParse(data);
    if (!message.success) return { status: 400, body: 'That is no message of the editor.' };
    const place = places.get(message.data.id);
    if (place === undefined) return { status: 404, body: 'There is no such exercise.' };
    return unlessRefused(() => work(place, message.data));
  }

  function save(place: Place, text: string, version: string): Reply {
    const saved = texts.save(place, text, version);
    if (saved.kind === 'saved') return well({ version: saved.version });
    const message = `${idOf(place)} was changed on the disk in between. Nothing was written.`;
    return { status: 409, body: { message, ...saved.now } satisfies Conflict };
  }

  function takeBack(place: Place): ResetText {
    // What the page may not read is not put aside by it either.
    texts.read(place);
    const copy = reset(place);
    return { ...texts.read(place), ...(copy !== undefined && { copy: basename(copy) }) };
  }

  return async (path, data) => {
    switch (path) {
      case '/editor/look':
        return on(lookSchema, data, (place) => well(texts.read(place)));
      case '/editor/open':
        return on(openSchema, data, (place) => {
          // What lies elsewhere is not judged for a page either.
          texts.read(place);
          turnTo(place);
          return well(texts.read(place));
        });
      case '/editor/save':
        return on(saveSchema, data, (place, { text, version }) => save(place, text, version));
      case '/editor/set-aside':
        return on(setAsideSchema, data, (place, { text }) =>
          well({ copy: texts.setAside(place, text) }),
        );
      case '/editor/reset':
        return on(resetSchema, data, (place) => well(takeBack(place)));
      default:
        return { status: 404, body: 'There is nothing here.' };
    }
  };
}

const well = (body: object): Reply => ({ status: 200, body });

function unlessRefused(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotEditableError) return { status: 422, body: error.message };
    throw error;
  }
}
