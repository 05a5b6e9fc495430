import { createCommandForm } from './commands.ts';
import { byId } from './elements.ts';
import { enclosedRun, readEnclosed } from './enclosed-record.ts';
import { createRunPage } from './run-page.ts';

const { origin, wall, stretch } = readEnclosed();
const form = origin && createCommandForm(byId('example', HTMLSelectElement).value, origin);
const page = createRunPage((fromMs, toMs) => form?.offerWindow(fromMs, toMs));

async function show(): Promise<void> {
  page.show(await enclosedRun(), { wall, stretch });
}

void show();
