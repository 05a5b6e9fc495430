import type { Reply, TakeMessage } from '@firedrill/core/page';
import { z } from 'zod';
import { wrongKey } from '../sealed-file.ts';
import type { Table } from '../table.ts';

/** A name of something of the example, or a time: one word of a line. */
const word = z.string().regex(/^\S{1,200}$/);

const askSchema = z.discriminatedUnion('question', [
  z.strictObject({ question: z.enum(['errors', 'calm']) }),
  z.strictObject({
    question: z.enum(['metric', 'state', 'logs', 'setting', 'compare']),
    about: word,
  }),
  z.strictObject({
    question: z.literal('remedy'),
    about: word,
    settings: z.array(word).max(20).describe('setting=value'),
  }),
]);

const causeSchema = z.strictObject({ kind: word, place: word, from: word, to: word });

const endSchema = z.strictObject({ key: z.string().max(1_000) });

/** The door of the page of a mystery: the same questions as in the terminal, in the form of a message. */
export function mysteryDoor(table: Table): TakeMessage {
  async function answer(line: string): Promise<Reply> {
    const minutes = table.game.minutes;
    const lines = await table.ask(line);
    const cost = table.game.minutes - minutes;
    return { status: 200, body: { said: plain(lines), isPaid: cost > 0 } };
  }
  async function end(key: string): Promise<Reply> {
    const said = await table.end(key);
    return said === undefined
      ? { status: 422, body: wrongKey }
      : { status: 200, body: { said: '', isPaid: false } };
  }
  return async (path, data) => {
    if (table.said !== undefined) return { status: 409, body: 'It has ended.' };
    switch (path) {
      case '/ask':
        return on(askSchema, data, (asked) =>
          answer(
            [
              asked.question,
              ...('about' in asked ? [asked.about] : []),
              ...('settings' in asked ? asked.settings : []),
            ].join(' '),
          ),
        );
      case '/cause':
        return on(causeSchema, data, ({ kind, place, from, to }) =>
          answer(`cause ${kind} ${place} ${from}-${to}`),
        );
      case '/end':
        return on(endSchema, data, ({ key }) => end(key));
      default:
        return { status: 404, body: 'There is nothing here.' };
    }
  };
}

const plain = (lines: readonly string[]): string => lines.map((line) => line.trim()).join(' ');

function on<Message>(
  schema: z.ZodType<Message>,
  data: unknown,
  work: (message: Message) => Promise<Reply>,
): Promise<Reply> {
  const message = schema.safeParse(data);
  return message.success
    ? work(message.data)
    : Promise.resolve({ status: 400, body: 'That is no question of this page.' });
}
