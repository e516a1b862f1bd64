/**
 * The fields of one CSV line as DuckDB reads them, null where empty; null for a line that is malformed: a quoted field
 * that is not closed on the line, or text after a closing quote. Spaces around a quoted field do not count; a quote
 * inside an unquoted field is a character like any other.
 */
export function parseLine(line: string, delimiter: string): (string | null)[] | null {
  if (!line.includes('"')) return line.split(delimiter).map((field) => (field === '' ? null : field));
  const fields: (string | null)[] = [];
  let at = 0;
  for (;;) {
    let start = at;
    while (line[start] === ' ') start += 1;
    if (line[start] === '"') {
      let value = '';
      let from = start + 1;
      for (;;) {
        const close = line.indexOf('"', from);
        if (close === -1) return null;
        value += line.slice(from, close);
        if (line[close + 1] === '"') {
          value += '"';
          from = close + 2;
          continue;
        }
        at = close + 1;
        break;
      }
      while (line[at] === ' ') at += 1;
      if (at < line.length && line[at] !== delimiter) return null;
      fields.push(value === '' ? null : value);
    } else {
      const end = line.indexOf(delimiter, at);
      const value = end === -1 ? line.slice(at) : line.slice(at, end);
      fields.push(value === '' ? null : value);
      at = end === -1 ? line.length : end;
    }
    if (at >= line.length) return fields;
    at += 1;
    if (at === line.length) {
      fields.push(null);
      return fields;
    }
  }
}
