import type { ScalarNode, YamlNode } from '../yaml/tree.ts';

const commentColumn = 56;

/** A line of a rendered tree, with the value that it holds. */
export interface RenderedLine {
  readonly text: string;
  readonly value?: YamlNode;
}

/** Writes a tree as YAML, line by line. */
export function renderLines(node: YamlNode): readonly RenderedLine[] {
  const lines: RenderedLine[] = [];
  const put = (text: string, value?: YamlNode) => lines.push(value ? { text, value } : { text });

  const member = (prefix: string, value: YamlNode, indent: string) => {
    if (value.kind === 'scalar') return put(`${prefix} ${scalarText(value)}`, value);
    const empty = value.kind === 'map' ? value.entries.length === 0 : value.items.length === 0;
    if (empty) return put(`${prefix} ${value.kind === 'map' ? '{}' : '[]'}`, value);
    put(prefix);
    write(value, indent);
  };

  const write = (value: YamlNode, indent: string) => {
    if (value.kind === 'scalar') return put(`${indent}${scalarText(value)}`, value);
    if (value.kind === 'map') for (const entry of value.entries) member(`${indent}${quoted(entry.key)}:`, entry.value, `${indent}  `);
    else for (const item of value.items) listItem(item, indent);
  };

  const listItem = (item: YamlNode, indent: string) => {
    if (item.kind === 'scalar' || (item.kind === 'map' ? item.entries : item.items).length === 0)
      return member(`${indent}-`, item, `${indent}  `);
    const start = lines.length;
    write(item, `${indent}  `);
    const first = lines[start];
    if (first !== undefined) lines[start] = { ...first, text: `${indent}- ${first.text.slice(indent.length + 2)}` };
  };

  write(node, '');
  return lines;
}

/** A line with a comment behind it, in a column of its own. */
export function withComment(text: string, comment: string | undefined): string {
  return comment === undefined ? text : `${text.padEnd(commentColumn)} # ${comment}`;
}

function scalarText(value: ScalarNode): string {
  return typeof value.value === 'string' ? quoted(value.value) : String(value.value);
}

/** Plain where YAML reads the text back as the same text, else in double quotes. */
export function quoted(text: string): string {
  const plain = /^[A-Za-z_/][\w ./@+%=-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) && !text.endsWith(' ');
  return plain ? text : JSON.stringify(text);
}
