import type { Problem } from '../../../problem.ts';

/**
 * What is wrong with the file, each with the way to its line.
 *
 * @param goTo puts the cursor into a line; without it lines are named only
 */
export function problemList(
  problems: readonly Problem[],
  goTo?: (line: number) => void,
): HTMLUListElement {
  const list = document.createElement('ul');
  list.className = 'problems';
  for (const { text, line } of problems) {
    const item = document.createElement('li');
    if (line === undefined) item.append(text);
    else if (goTo === undefined) item.append(`Line ${line}: ${text}`);
    else {
      const jump = document.createElement('button');
      jump.type = 'button';
      jump.textContent = `Line ${line}`;
      jump.addEventListener('click', () => goTo(line));
      item.append(jump, ` ${text}`);
    }
    list.append(item);
  }
  return list;
}
