import { z } from 'zod';

/** The page runs no code that is made of text, and zod would try whether it may. */
export const zodSettings = z.config({ jitless: true });
