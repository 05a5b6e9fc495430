import { lazySystems } from '@firedrill/core/scenario';
import type { Canvases } from '../types.ts';
import { hardened } from './5-hardened.ts';

/** Longer than anybody looks at an empty window. */
const tooLateMs = 60_000;

const blank = { role: 'viewer', has: () => false, shapes: () => new Map() } as const;

/** Systems that do as little as they can get away with. */
export const lazy = lazySystems<Canvases>({
  repaired: hardened,
  refuse: () => ({
    open: async () => {
      throw new Error('the canvas cannot be opened');
    },
    changeAccess: async () => {
      throw new Error('nothing can be decided');
    },
    canvas: async () => new Map(),
    isPresent: async () => false,
    close: async () => {},
  }),
  sayYes: () => ({
    open: async () => ({
      ...blank,
      edit: async () => {},
      moveCursor: () => {},
      close: async () => {},
    }),
    changeAccess: async () => {},
    canvas: async () => new Map(),
    isPresent: async () => true,
    close: async () => {},
  }),
  tooLateMs,
  breaks: {
    'refuses-everybody': [
      'replicas-converge',
      'strokes-shown',
      'people-let-in',
      'analytics-arrive',
      'own-action',
      'collaborators',
    ],
    'says-yes': [
      'strokes-shown',
      'analytics-arrive',
      'own-action',
      'collaborators',
      'gone-are-gone',
    ],
    'first-hundred': ['replicas-converge', 'no-edit-lost', 'people-let-in', 'gone-are-gone'],
    'too-late': ['nothing-left-behind', 'gone-are-gone'],
    'drops-every-tenth': ['people-are-shown', 'replicas-converge', 'no-edit-lost', 'gone-are-gone'],
  },
});
