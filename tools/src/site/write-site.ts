import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleProgram, staticPage } from '@firedrill/core/page';
import { bundleStage } from '@firedrill/workshop/src/browser/bundle-stage.ts';
import { exerciseTexts } from '@firedrill/workshop/src/browser/exercise-texts.ts';
import { incidentNames } from '@firedrill/workshop/src/incidents.ts';
import { exampleNames, root } from '../workspace.ts';
import { type Exercises, readChapters } from './chapters.ts';

/**
 * Writes all that Astro makes the site of: the chapters, the bar beside them, pictures, and the page with
 * its workers.
 *
 * @param folder of the site
 * @returns `file: link` for each link that leads nowhere
 */
export async function writeSite(folder: string): Promise<readonly string[]> {
  rmSync(join(folder, 'src/content/docs'), { recursive: true, force: true });
  for (const made of ['public/storm', 'public/docs', 'public/capacity', 'public/exercises']) {
    rmSync(join(folder, made), { recursive: true, force: true });
  }
  const exercises = await readExercises();
  const dead = writeChapters(folder, exercises);
  const examples = exampleNames().map(
    (name) => [name, join(root, 'examples', name, 'src/example.ts')] as const,
  );
  for (const [path, text] of await staticPage(new Map(examples))) {
    put(join(folder, 'public/storm', path), text);
  }
  const calculator = await bundleProgram(
    "import { servePlan } from './capacity-cli/worker/serve-plan.ts'; servePlan(channel);",
    join(root, 'packages/core/src'),
  );
  for (const [path, text] of calculator.files) put(join(folder, 'public/capacity', path), text);
  for (const [incident, texts] of exercises) {
    const to = join(folder, 'public/exercises', incident);
    put(join(to, 'exercises.json'), JSON.stringify(texts));
    for (const [path, text] of (await bundleStage(incident)).files) put(join(to, path), text);
  }
  return dead;
}

/** The exercises of the workshop, by incident. */
export async function readExercises(): Promise<Exercises> {
  const texts = incidentNames.map(async (name) => [name, await exerciseTexts(name)] as const);
  return new Map(await Promise.all(texts));
}

/** Writes what came of the Markdown. @returns `file: link` for each link that leads nowhere */
export function writeChapters(folder: string, exercises: Exercises): readonly string[] {
  const { pages, sidebar, pictures, dead } = readChapters(exercises);
  for (const { slug, text } of pages) {
    put(join(folder, 'src/content/docs', `${slug === '' ? 'index' : slug}.md`), text);
  }
  for (const path of pictures) {
    const to = join(folder, 'public', path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(root, path), to);
  }
  put(join(folder, 'src/sidebar.generated.json'), JSON.stringify(sidebar, undefined, 2));
  return dead;
}

/** Leaves a file alone that is as it should be, so that nobody who watches it is woken. */
function put(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
