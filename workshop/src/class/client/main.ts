import { byId, element } from '@firedrill/core/page/elements';
import type { ClassState } from '../roll.ts';

// The trainer's page: asks who is at which step, and puts it in as text.

const askEveryMs = 1_000;

const ago = (seconds: number): string =>
  seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;

function show({ invitation, rows }: ClassState): void {
  byId('invitation', HTMLElement).textContent = invitation;
  const passed = rows.filter(({ verdict }) => verdict === 'passed').length;
  const count = `${rows.length} here, ${passed} passed the step that they sent last`;
  const said = byId('count', HTMLElement);
  // What is the same is not read out again.
  if (said.textContent !== count) said.textContent = count;
  byId('rows', HTMLElement).replaceChildren(
    ...rows.map(({ name, step, verdict, secondsAgo }) => {
      const row = element('tr');
      row.append(
        element('td', name),
        element('td', step),
        element('td', verdict, { class: verdict.replace(' ', '-') }),
        element('td', ago(secondsAgo)),
      );
      return row;
    }),
  );
}

async function update(): Promise<void> {
  try {
    const response = await fetch('/class.json');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of this page's own server
    if (response.ok) show((await response.json()) as ClassState);
  } catch {
    byId('count', HTMLElement).textContent = 'The class has ended.';
  }
  setTimeout(() => void update(), askEveryMs);
}

void update();
