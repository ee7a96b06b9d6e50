import type { EnvironmentValue } from '../../protocol.ts';
import { booleanAt, entriesAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { Reader } from './reader.ts';

/** Text of a file relative to the manifest; undefined when it is not there. */
export type ReadFile = (path: string) => string | undefined;

/** The variables of the process: files first, then `env`, which wins. Secrets stay references. */
export function readEnv(
  root: YamlNode,
  read: Reader,
  input: { readonly environment: string; readonly readFile: ReadFile },
): readonly EnvironmentValue[] {
  const values = new Map<string, EnvironmentValue>();
  for (const item of read.items('envFrom')) {
    const path = textAt(item, 'configFile');
    if (path === undefined) continue;
    const content = input.readFile(path);
    if (content === undefined) read.fail(valueAt(item, 'configFile'), `There is no file \`${path}\` beside this manifest.`);
    for (const { name, value } of properties(content ?? '')) values.set(name, { name, value });
  }
  for (const { key: name, keyRange, value } of entriesAt(root, 'env')) {
    const secret = valueAt(value, 'secret');
    if (secret) {
      values.set(name, { name, secret: { name: textAt(secret, 'name') ?? '', key: textAt(secret, 'key') ?? '' } });
    } else if (value.kind === 'map' && booleanAt(value, 'required')) {
      read.fail({ ...value, range: keyRange }, requiredMessage(name, input.environment));
    } else {
      const text = textAt(value);
      if (text !== undefined) values.set(name, { name, value: text });
    }
  }
  return [...values.values()];
}

function requiredMessage(name: string, environment: string): string {
  return `\`${name}\` has no value in \`${environment}\`: set it under \`environments.${environment}.env\`.`;
}

/** The `NAME=value` lines of a file, with their zero-based numbers; comments (`#`, `!`) and lines without `=` are passed over. */
export function properties(text: string): readonly { readonly name: string; readonly value: string; readonly line: number }[] {
  return text.split(/\r?\n/).flatMap((line, number) => {
    const match = /^\s*([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(line);
    return match ? [{ name: match[1] ?? '', value: match[2] ?? '', line: number }] : [];
  });
}
