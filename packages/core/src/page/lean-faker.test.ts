import { expect, it } from 'vitest';
import { listsIn } from './lean-faker.ts';

const importing = "import { faker } from '@faker-js/faker/locale/en';\n";

it('reads from a source which lists of faker it draws from', () => {
  const source = `${importing}seedFaker(faker, names);\nreturn [faker.company.name(), faker.phone.number()];`;
  expect(listsIn(source)).toEqual(['company', 'person', 'phone_number']);
});

it.each([
  ['draws from a module whose lists are not known', 'faker.animal.cow()'],
  ['hands faker to something else', 'draw(faker)'],
  ['takes modules out of it', 'const { person } = faker;'],
  ['reaches for a name that is computed', 'faker[module].name()'],
])('leaves every list in place where a source %s', (_, line) => {
  expect(listsIn(`${importing}faker.person.fullName();\n${line}`)).toBeUndefined();
});

it('leaves every list in place where faker goes by another name', () => {
  const source = "import { faker as made } from '@faker-js/faker';\nmade.animal.cow();";
  expect(listsIn(source)).toBeUndefined();
});
