import { make } from '../elements/make.ts';
import { ownText } from './own-text.ts';

/**
 * The exercises of an incident, as its chapter lists them: each gets a button, and the workbench is loaded
 * when one of them is pressed.
 */
class Exercises extends HTMLElement {
  connectedCallback(): void {
    const incident = this.dataset['incident'] ?? '';
    const place = make('div');
    this.append(place);
    for (const item of this.querySelectorAll<HTMLElement>('li[data-exercise]')) {
      const name = item.dataset['exercise'] ?? '';
      const title = item.querySelector('strong')?.textContent ?? name;
      const passed = make('span', { class: 'passed' });
      const showPassed = (): void => {
        passed.textContent = ownText(`${incident}/${name}`).isPassed ? ' Passed.' : '';
      };
      showPassed();
      const open = make('button', { type: 'button', 'aria-label': `Do it here: ${title}` });
      open.textContent = 'Do it here';
      open.addEventListener('click', () => {
        void show(place, incident, name, showPassed);
      });
      item.append(passed, ' ', open);
    }
  }
}

async function show(
  place: HTMLElement,
  incident: string,
  name: string,
  onPassed: () => void,
): Promise<void> {
  const said = make('p', { role: 'status' }, 'The exercise is loaded …');
  place.replaceChildren(said);
  try {
    const { openWorkbench } = await import('./workbench.ts');
    const workbench = await openWorkbench(incident, name, onPassed);
    place.replaceChildren(workbench);
    workbench.scrollIntoView({ block: 'start' });
    workbench.querySelector('h3')?.focus();
  } catch (error) {
    said.textContent = `The exercise could not be loaded: ${String(error)}. Load the page again.`;
  }
}

customElements.define('firedrill-exercises', Exercises);
