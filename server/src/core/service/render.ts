import type { ScalarNode, YamlNode } from '../yaml/tree.ts';
import { defaultRange } from './defaults.ts';

const commentColumn = 56;

/**
 * Writes a tree as YAML; every line that holds a value ends with a comment that says where it was written:
 * `# waybill.yaml:12`, or `# default`.
 */
export function renderWithOrigins(node: YamlNode, fileName: string): string {
  const lines: string[] = [];
  const origin = (value: YamlNode) => (value.range === defaultRange ? 'default' : `${fileName}:${value.range.start.line + 1}`);
  const put = (text: string, value?: YamlNode) => lines.push(value ? `${text.padEnd(commentColumn)} # ${origin(value)}` : text);

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
    if (first !== undefined) lines[start] = `${indent}- ${first.slice(indent.length + 2)}`;
  };

  write(node, '');
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function scalarText(value: ScalarNode): string {
  return typeof value.value === 'string' ? quoted(value.value) : String(value.value);
}

/** Plain where YAML reads the text back as the same text, else in double quotes. */
function quoted(text: string): string {
  const plain = /^[A-Za-z_/][\w ./@+%=-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) && !text.endsWith(' ');
  return plain ? text : JSON.stringify(text);
}
