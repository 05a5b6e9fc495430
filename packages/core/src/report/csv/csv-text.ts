type Field = string | number | undefined;

/** Quoted only where it has to be. */
function fieldText(field: Field): string {
  const text = String(field ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as comma-separated values (RFC 4180). What is undefined is empty. */
export const csvText = (rows: readonly (readonly Field[])[]): string =>
  rows.map((row) => `${row.map(fieldText).join(',')}\r\n`).join('');
