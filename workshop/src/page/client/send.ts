import type {
  Conflict,
  OpenedText,
  ResetText,
  SaveMessage,
  SetAsideMessage,
} from '../editor-messages.ts';

/** What became of a message. */
export type Answer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** The file was changed on the disk in between; nothing was written. */
  | { readonly kind: 'conflict'; readonly conflict: Conflict }
  /** Why nothing was done, as a sentence. */
  | { readonly kind: 'refused'; readonly message: string };

export const lookAt = (id: string): Promise<Answer<OpenedText>> => send('/editor/look', { id });
export const openText = (id: string): Promise<Answer<OpenedText>> => send('/editor/open', { id });
export const resetText = (id: string): Promise<Answer<ResetText>> => send('/editor/reset', { id });

export const saveText = (message: SaveMessage): Promise<Answer<{ readonly version: string }>> =>
  send('/editor/save', message);

export const setAside = (message: SetAsideMessage): Promise<Answer<{ readonly copy: string }>> =>
  send('/editor/set-aside', message);

const away: Answer<never> = {
  kind: 'refused',
  message: 'The workshop does not answer. Start pnpm workshop again; what you wrote is kept here.',
};

async function send<Value>(path: string, message: object): Promise<Answer<Value>> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answers of this page's own server
    if (response.ok) return { kind: 'done', value: (await response.json()) as Value };
    if (response.status === 409) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
      return { kind: 'conflict', conflict: (await response.json()) as Conflict };
    }
    return { kind: 'refused', message: await response.text() };
  } catch {
    return away;
  }
}
