import type { Range, Severity } from '../../protocol.ts';
import { didYouMean } from '../text/suggest.ts';
import { booleanAt, itemsAt, numberAt, textAt, textsAt, type YamlNode } from '../yaml/tree.ts';
import { durationSeconds, isCpu, isMemory } from './amounts.ts';

export interface ValueProblem {
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
}

/** Reads checked values out of a merged manifest; what cannot be read is reported and has a harmless value. */
export interface Reader {
  readonly problems: readonly ValueProblem[];
  fail(node: YamlNode | undefined, message: string): void;
  /** It can be computed, and will not do what is expected. */
  warn(node: YamlNode | undefined, message: string): void;
  text(...path: string[]): string | undefined;
  texts(...path: string[]): readonly string[];
  items(...path: string[]): readonly YamlNode[];
  number(...path: string[]): number;
  flag(...path: string[]): boolean;
  /** One of the words given; the first when it is another (which the schema reports). */
  oneOf<T extends string>(words: readonly [T, ...T[]], ...path: string[]): T;
  seconds(node: YamlNode | undefined): number;
  amount(kind: 'cpu' | 'memory', node: YamlNode | undefined): string | undefined;
  /** A port given by its name in `ports`, or by number. */
  port(node: YamlNode | undefined, ports: readonly { readonly name: string; readonly port: number }[]): number | undefined;
}

/** A reader of one tree. `fallback` is the range of problems of values that stand nowhere. */
export function reader(root: YamlNode, fallback: Range): Reader {
  const problems: ValueProblem[] = [];
  const report = (severity: Severity, node: YamlNode | undefined, message: string) => {
    const range = node && node.range.start.line >= 0 ? node.range : fallback;
    problems.push({ severity, message, range });
  };
  const fail = (node: YamlNode | undefined, message: string) => report('error', node, message);
  return {
    problems,
    fail,
    warn: (node, message) => report('warning', node, message),
    text: (...path) => textAt(root, ...path),
    texts: (...path) => textsAt(root, ...path),
    items: (...path) => itemsAt(root, ...path),
    number: (...path) => numberAt(root, ...path) ?? 0,
    flag: (...path) => booleanAt(root, ...path) ?? false,
    oneOf: (words, ...path) => {
      const text = textAt(root, ...path);
      return words.find((word) => word === text) ?? words[0];
    },
    seconds: (node) => {
      const text = textAt(node);
      const seconds = text === undefined ? 0 : durationSeconds(text);
      if (seconds === undefined)
        fail(node, `\`${text}\` is no duration: write a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`, such as \`30s\`.`);
      return seconds ?? 0;
    },
    amount: (kind, node) => {
      const text = textAt(node);
      if (text === undefined) return undefined;
      if (kind === 'cpu' ? isCpu(text) : isMemory(text)) return text;
      fail(node, `\`${text}\` is no amount of ${kind}: write ${kind === 'cpu' ? '`500m` or `2`' : '`512Mi` or `1Gi`'}.`);
      return undefined;
    },
    port: (node, ports) => {
      const number = numberAt(node);
      if (number !== undefined || !node) return number;
      const name = textAt(node) ?? '';
      const found = ports.find((port) => port.name === name);
      if (!found)
        fail(
          node,
          `There is no port \`${name}\` in \`ports\`.${didYouMean(
            name,
            ports.map((port) => port.name),
          )}`,
        );
      return found?.port;
    },
  };
}
