import type { Component, ComponentVersion } from '../standards/model.ts';
import { lazily } from '../text/lazily.ts';
import type { Instruction, Pair, Span, Stage, Word } from './model.ts';
import { packageCall } from './packages.ts';
import type { ShellCommand } from './shellModel.ts';

/** A component that a Dockerfile brings in. */
export interface ComponentUse extends Span {
  readonly component: Component;
  /** As written; absent when the word names none. */
  readonly version?: string;
  /** Where the version stands, when a word is nothing else. */
  readonly versionSpan?: Span;
  readonly by: 'package' | 'download' | 'copy' | 'variable';
}

/** What software is called in packages and archives, where it is not the component's own name. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  tomcat: ['apache-tomcat'],
  node: ['nodejs'],
  httpd: ['apache2'],
  jdk: ['openjdk', 'java', 'jre', 'temurin'],
  supervisor: ['supervisord'],
};

/** Components named by packages, downloads, copied archives and `NAME_VERSION` variables of some stages. */
export function componentUses(stages: readonly Stage[], components: readonly Component[]): readonly ComponentUse[] {
  const known = lazily(() =>
    components.map((component) => ({
      component,
      names: namesOf(component).map((name) => name.toLowerCase()),
      pattern: lazily(() => patternOf(component)),
    })),
  );
  const named = ({ word, by }: Named): readonly ComponentUse[] => {
    const name = word.value.slice(word.value.lastIndexOf('/') + 1).slice(0, 300);
    const lower = name.toLowerCase();
    for (const { component, names, pattern } of known()) {
      const match = names.some((one) => lower.startsWith(one)) ? pattern().exec(name) : null;
      if (match) return [{ component, by, start: word.start, end: word.end, ...(match[1] ? { version: match[1] } : {}) }];
    }
    return [];
  };
  const found: ComponentUse[] = [];
  for (const { instructions } of stages) {
    for (const instruction of instructions) {
      if (instruction.kind === 'ENV' || instruction.kind === 'ARG') {
        for (const pair of instruction.pairs) found.push(...variableUse(pair, components));
      } else for (const word of wordsOf(instruction)) found.push(...named(word));
    }
  }
  return found;
}

interface Named {
  readonly word: Word;
  readonly by: 'package' | 'download' | 'copy';
}

/** Packages that are installed, and archives that are downloaded or copied. */
function wordsOf(instruction: Instruction): readonly Named[] {
  if (instruction.kind === 'ADD' || instruction.kind === 'COPY') {
    return instruction.sources
      .filter(({ value }) => isArchive(value))
      .map((word) => ({ word, by: word.value.includes('://') ? 'download' : 'copy' }));
  }
  const found: Named[] = [];
  if (instruction.kind === 'RUN') for (const command of instruction.script.commands) found.push(...wordsOfCommand(command));
  return found;
}

function wordsOfCommand(command: ShellCommand): readonly Named[] {
  const call = packageCall(command);
  if (call?.action === 'install') return call.packages.map((word) => ({ word, by: 'package' }));
  if (command.name !== 'curl' && command.name !== 'wget') return [];
  const archives = command.words.filter(({ value }) => value.includes('://') && isArchive(value));
  return archives.map((word) => ({ word, by: 'download' }));
}

function variableUse({ name, value }: Pair, components: readonly Component[]): ComponentUse[] {
  if (!value || !name.value.endsWith('_VERSION') || !/^v?\d[\w.+-]*$/.test(value.value)) return [];
  const component = components.find((candidate) => variablesOf(candidate).includes(name.value));
  if (!component) return [];
  const span = { start: value.start, end: value.end };
  return [{ component, by: 'variable', version: value.value, ...span, ...(value.text === value.value ? { versionSpan: span } : {}) }];
}

function isArchive(value: string): boolean {
  return /\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|zip|rpm|deb|apk|war|bin|run)(?:[?#].*)?$/i.test(value.slice(-200));
}

function variablesOf({ name }: Component): readonly string[] {
  const upper = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return name === 'jdk' ? ['JDK_VERSION', 'JAVA_VERSION'] : [`${upper}_VERSION`];
}

function namesOf({ name }: Component): readonly string[] {
  return Object.hasOwn(otherNames, name) ? [name, ...(otherNames[name] ?? [])] : [name];
}

/** The name at the beginning of a word, then its version, then an end of the name: `nginx-module-x` is not nginx. */
function patternOf(component: Component): RegExp {
  const names = namesOf(component).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^(?:${names.join('|')})(?:[-_=~@]?v?(\\d+(?:\\.\\d+)*)(?![A-Za-z])|$|[=~.])`, 'i');
}

/** The catalogue's line of a version: the same numbers, as far as the line names them. */
export function lineOf(component: Component, version: string): ComponentVersion | undefined {
  const numbers = version.replace(/^v/i, '').split(/[.+_-]/);
  return component.versions.find((line) => line.version.split('.').every((number, i) => numbers[i] === number));
}

/** True when a version says less than any line of the catalogue: `9` could be 9.0. */
export function isVague(component: Component, version: string): boolean {
  const text = version.replace(/^v/i, '');
  return component.versions.some((line) => line.version.startsWith(`${text}.`));
}
