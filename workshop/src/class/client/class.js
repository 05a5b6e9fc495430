/** How often the page asks, in ms. */
const everyMs = 1_000;

const element = (id) => document.querySelector(`#${id}`);

/** A cell with a text that somebody sent: it is put in as text. */
function cell(text, className = '') {
  const made = document.createElement('td');
  made.textContent = text;
  made.className = className;
  return made;
}

function ago(seconds) {
  return seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
}

function show({ invitation, rows }) {
  element('invitation').textContent = invitation;
  const passed = rows.filter(({ verdict }) => verdict === 'passed').length;
  const count = `${rows.length} here, ${passed} passed the step that they sent last`;
  if (element('count').textContent !== count) element('count').textContent = count;
  element('rows').replaceChildren(
    ...rows.map(({ name, step, verdict, secondsAgo }) => {
      const row = document.createElement('tr');
      row.append(
        cell(name),
        cell(step),
        cell(verdict, verdict.replace(' ', '-')),
        cell(ago(secondsAgo)),
      );
      return row;
    }),
  );
}

async function update() {
  try {
    const response = await fetch('/class.json');
    if (response.ok) show(await response.json());
  } catch {
    element('count').textContent = 'The class has ended.';
  }
  setTimeout(() => void update(), everyMs);
}

void update();
