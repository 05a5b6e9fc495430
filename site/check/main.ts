import { browserFaults } from './browser.ts';
import { readBuilt } from './files.ts';
import { badHtml } from './html.ts';
import { deadLinks } from './links.ts';

const built = readBuilt();
const faults = [...deadLinks(built), ...(await badHtml(built)), ...(await browserFaults(built))];
for (const fault of faults) console.log(fault);
console.log(
  faults.length === 0
    ? `The site holds: ${built.pages.size} pages, no dead link, valid HTML, nothing that axe finds.`
    : `The site has ${faults.length} faults.`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
