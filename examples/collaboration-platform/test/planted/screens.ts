import type { Hello } from '../../src/implementations/hardened/member.ts';
import { between, type Bug, withOptions } from './plant.ts';

/** Every so many of something. */
const every = (count: number) => {
  let number = 0;
  return (): boolean => {
    number += 1;
    return number % count === 0;
  };
};

/** Bugs in what is sent to screens, and what comes from them. */
export const screenBugs: readonly Bug[] = [
  between(
    {
      name: 'update-sent-once',
      flaw: 'a change that finds the socket busy is taken for sent',
      breaks: ['replicas-converge'],
    },
    () => {
      const isBusy = every(200);
      return { down: (message) => (message.type === 'update' && isBusy() ? undefined : message) };
    },
  ),
  between(
    {
      name: 'confirmed-before-taken',
      flaw: 'an edit is confirmed as it comes, and some find the room busy',
      breaks: ['no-edit-lost', 'replicas-converge', 'history-complete', 'no-change-lost'],
    },
    () => {
      const isBusy = every(50);
      return {
        up(message, _hello, answer) {
          if (message.type !== 'update' || !isBusy()) return message;
          answer({ type: 'ack', edits: message.stamps.map(({ id }) => id) });
          return undefined;
        },
      };
    },
  ),
  between(
    {
      name: 'late-edits-known',
      flaw: 'what is sent again after a reconnect is taken for known, and confirmed',
      breaks: ['no-edit-lost', 'replicas-converge', 'history-complete', 'no-change-lost'],
    },
    () => ({
      up(message, _hello, answer) {
        if (message.type !== 'update' || !message.stamps.some(({ isLate }) => isLate)) {
          return message;
        }
        answer({ type: 'ack', edits: message.stamps.map(({ id }) => id) });
        return undefined;
      },
    }),
  ),
  between(
    {
      name: 'stamps-of-the-first',
      flaw: 'of a message with several edits the history gets the first',
      breaks: ['history-complete', 'nothing-left-behind'],
    },
    () => ({
      up: (message) =>
        message.type === 'update' ? { ...message, stamps: message.stamps.slice(0, 1) } : message,
    }),
  ),
  between(
    {
      name: 'confirmation-lost-for-good',
      flaw: 'a confirmation that is not sent at once is not sent',
      breaks: ['nothing-left-behind'],
    },
    () => {
      const isBusy = every(30);
      return { down: (message) => (message.type === 'ack' && isBusy() ? undefined : message) };
    },
  ),
  between(
    {
      name: 'going-not-told',
      flaw: 'who comes is told, and who goes is not',
      breaks: ['people-are-shown'],
    },
    () => ({ down: (message) => (message.type === 'people' ? { ...message, left: [] } : message) }),
  ),
  between(
    {
      name: 'cursors-not-to-newcomers',
      flaw: 'who comes is told of no cursor that does not move again',
      breaks: ['cursors-are-shown'],
    },
    () => {
      const known = new Set<Hello>();
      return {
        down(message, hello) {
          if (message.type !== 'cursors' || known.has(hello)) return message;
          known.add(hello);
          return undefined;
        },
      };
    },
  ),
  between(
    {
      name: 'audit-without-decisions',
      flaw: 'admins are told who comes and goes, and not what was decided',
      breaks: ['admins-are-told'],
    },
    () => ({
      down: (message) =>
        message.type === 'audit'
          ? { ...message, entries: message.entries.filter(({ text }) => !text.startsWith('made ')) }
          : message,
    }),
  ),
  between(
    {
      name: 'audit-for-all',
      flaw: 'entries of the audit go to whoever has the canvas open',
      breaks: ['people-are-shown', 'only-what-the-role-may-see'],
    },
    () => ({
      down: (message) =>
        message.type === 'people'
          ? {
              type: 'audit',
              entries: message.joined.map((by) => ({ atMs: 0, by, text: 'entered' })),
            }
          : message,
    }),
  ),
  between(
    {
      name: 'layer-of-a-new-note',
      flaw: 'the first note that a viewer gets has the layer of a new one, which is a draft',
      breaks: ['only-what-the-role-may-see', 'replicas-converge'],
    },
    () => ({
      down: (message) =>
        message.type === 'shapes' && message.isWhole && message.shapes.length > 0
          ? {
              ...message,
              shapes: message.shapes.map((shape, index) =>
                index === 0 ? { ...shape, layer: 'drafts' as const } : shape,
              ),
            }
          : message,
    }),
  ),
  between(
    {
      name: 'first-canvas-never-comes',
      flaw: 'a canvas without a note is not sent: there is nothing on it',
      breaks: ['nothing-left-behind'],
    },
    () => ({
      down: (message) =>
        message.type === 'shapes' && message.isWhole && message.shapes.length === 0
          ? undefined
          : message,
    }),
  ),
  withOptions(
    {
      name: 'lost-after-minutes',
      flaw: 'the seconds after which silence counts as gone are taken for minutes',
      breaks: ['people-are-shown', 'gone-are-gone'],
    },
    ({ lostAfterMs }) => ({ lostAfterMs: 60 * lostAfterMs }),
  ),
  withOptions(
    {
      name: 'flush-every-second',
      flaw: 'changes wait for the tick of the status, which is once a second',
      breaks: ['collaborators'],
    },
    ({ statusMs }) => ({ flushMs: statusMs }),
  ),
];
