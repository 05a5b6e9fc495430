import { defineIncident } from '@firedrill/core/workshop';
import { example } from 'collaboration-platform/src/example.ts';
import type { Canvases } from 'collaboration-platform/src/types.ts';

const beside = ['history', 'analytics', 'presence', 'push'];
const stored = ['document-store', ...beside];

export const incident = defineIncident<Canvases>({
  example,
  // A smaller Monday, in smaller rooms: what somebody does is sent to everybody in the room.
  settings: { arrivalsPerSecond: 1.5, allHandsSize: 60, workshopSize: 15 },
  exercises: [
    {
      name: '1-own-stroke',
      title: 'One sees one’s own stroke',
      task: 'Who draws sees it at once, however many look on and however slow the store is.',
      given: [
        'overSockets: an app that shows what is done and sends it',
        'createHooks: a bounded pool with a queue',
        'link.send(frame(…)): tells one device, and waits for nothing',
      ],
      rules: {
        'own-action': 'one’s own stroke at once',
        'strokes-shown': 'every stroke is shown',
        'no-unhandled-rejection': 'every error is heard',
      },
      floor: { 'people-let-in': 0.3 },
      unseen: { services: beside },
      hints: {
        'own-action':
          'The stroke is shown when the store, the history and each of the others have answered, one after the other: add up what each takes, and multiply by those who look on.',
        'strokes-shown':
          'Whoever waits for an answer that fails sees nothing: the stroke is drawn, and not on the screen.',
      },
    },
    {
      name: '2-without-a-network',
      title: 'A stroke without a network is kept',
      task: 'What is drawn without a network, or lost with a connection, arrives when there is one again.',
      given: ['a Yjs document: the same update twice is no harm', 'since(vector)'],
      rules: {
        'no-edit-lost': 'no drawing lost',
        'replicas-converge': 'all see the same',
        'nothing-left-behind': 'nothing left behind',
      },
      floor: { 'people-let-in': 0.5, 'strokes-shown': 0.5 },
      unseen: { services: ['connections', ...beside] },
      hints: {
        'no-edit-lost':
          'What was sent is not what has arrived: a message goes down with its connection. Only the server can say what it has; until it does, the device has to remember.',
        'replicas-converge':
          'One screen has strokes that no other has: the device shows what it did, and has told nobody.',
      },
    },
    {
      name: '3-history',
      title: 'History has every edit',
      task: 'Edits whose batch could not be written are written later, all of them.',
      given: ['recordHistory: may be called twice with the same entries'],
      rules: { 'history-complete': 'history is complete' },
      floor: { 'people-let-in': 0.5, 'strokes-shown': 0.5 },
      unseen: { services: beside },
      hints: {
        'history-complete':
          'A batch that is counted as failed is gone. It may leave the memory when history has taken it; whoever closes has to wait for that.',
      },
    },
    {
      name: '4-roles',
      title: 'Nobody sees what they may not',
      task: 'From the moment of a decision nobody is sent what the new role may not see.',
      given: ['decisions have numbers that count up', 'suspend: a decision is under way'],
      rules: { 'only-what-the-role-may-see': 'only what the role may see' },
      floor: { 'people-let-in': 0.5, 'strokes-shown': 0.5 },
      unseen: { services: ['permissions', 'access-changes', ...stored] },
      hints: {
        'only-what-the-role-may-see':
          'A role that is remembered is the role of before: until it runs out, whoever lost a right is sent what they may not see. News of decisions come twice and out of order, and a question that was asked before a decision may be answered with the role of before: numbers tell.',
      },
    },
  ],
  next: [
    'examples/collaboration-platform/README.md: how each week went, with the figures',
    'examples/collaboration-platform/src/implementations/hardened/server.ts: all parts in one server',
    'pnpm --filter collaboration-platform serve: the same server, for browsers',
  ],
});
