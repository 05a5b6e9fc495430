import { replayCommand } from '../../cli/replay.ts';
import type { Address } from '../address.ts';
import type { RunOrigin } from '../origin.ts';
import { copy } from './charts/draw-charts.js';
import { byId, element } from './elements.ts';
import { createForm, type Form } from './form.ts';

/** The form of a page that cannot run: it gives the command that does. */
export function createCommandForm(example: string, { flags, about }: RunOrigin): Form {
  const place = byId('command', HTMLElement);
  const button = place.querySelector('button');
  button?.addEventListener('click', () => void copy(button));

  function offer({ request }: Address): void {
    const { scenario, seed, set, fault, calm, why } = request;
    const changed = Object.fromEntries(
      set.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
    );
    const wanted = { ...flags, scenario, seed, set, fault, calm, why, proof: flags.proof || why };
    const command = replayCommand(example, wanted, changed);
    place.hidden = false;
    place.querySelector('code')?.replaceChildren(element('span', command));
    if (button !== null) button.dataset['copy'] = command;
    place.scrollIntoView({ block: 'nearest' });
  }

  const form = createForm(offer);
  const { trace: _, transport: __, ...request } = flags;
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a form, no array
  form.fill({ example, request });
  form.describe(about);
  return form;
}
