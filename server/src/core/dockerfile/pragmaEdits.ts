import type { Dockerfile, Span } from './model.ts';
import type { SuppressedName, Suppression } from './pragmas.ts';

/** What to cut so that a comment no longer names some of its rules: the names with their commas, or the whole line. */
export function withoutNames(file: Dockerfile, suppression: Suppression, names: readonly SuppressedName[]): Span | undefined {
  if (names.length < suppression.names.length) {
    const [name] = names;
    return name && withoutName(suppression, name);
  }
  return suppression.dialect === 'check' ? withoutSkip(file, suppression) : wholeLine(file, suppression.comment);
}

function withoutName({ names }: Suppression, name: SuppressedName): Span {
  const at = names.indexOf(name);
  const before = names[at - 1];
  const after = names[at + 1];
  if (before) return { start: before.end, end: name.end };
  return { start: name.start, end: after?.start ?? name.end };
}

/** `skip=…` with its semicolon; the whole line when nothing else stands there. */
function withoutSkip(file: Dockerfile, { comment }: Suppression): Span | undefined {
  const text = file.text.slice(comment.start, comment.end);
  const skip = /skip\s*=[^;]*/.exec(text);
  if (!skip) return undefined;
  const start = comment.start + skip.index;
  const end = start + skip[0].length;
  if (file.text[end] === ';' && end < comment.end) return { start, end: end + 1 };
  if (file.text[start - 1] === ';') return { start: start - 1, end };
  return wholeLine(file, comment);
}

function wholeLine({ text }: Dockerfile, comment: Span): Span {
  const start = text.lastIndexOf('\n', comment.start - 1) + 1;
  const newline = text.indexOf('\n', comment.end);
  return { start: /\S/.test(text.slice(start, comment.start)) ? comment.start : start, end: newline < 0 ? comment.end : newline + 1 };
}
