import { html, type Markup } from './markup.ts';

/** A table in a box of its own that scrolls sideways, also by keyboard, so that the page does not. */
export const scrolling = (label: string, table: Markup): Markup =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;
