import type { Comment, Directive, Dockerfile } from '../dockerfile/model.ts';
import { type Item, words } from './completion.ts';
import { everyRule, isBuildKitCheck, ruleNames } from './ruleNames.ts';

type Entry = readonly [label: string, detail?: string | undefined];

/** Directives at the head of the file, and what comments can say to linters, with the names of rules. */
export function completeComment(file: Dockerfile, offset: number): readonly Item[] {
  const line = file.text.slice(file.text.lastIndexOf('\n', offset - 1) + 1, offset);
  const text = /^\s*#\s?(.*)$/s.exec(line)?.[1];
  if (text === undefined) return [];
  const rest = /^[^\r\n,\s]*/.exec(file.text.slice(offset, offset + 300))?.[0].length ?? 0;
  const last = /[^\s,=]*$/.exec(text)?.[0] ?? '';
  const range = file.index.range(offset - last.length, offset + rest);
  const offer = (entries: readonly Entry[]) =>
    words(range, 'enum', entries).map((item) => (item.label.endsWith('=') ? { ...item, again: true } : item));
  const given = new Set(text.split(/[\s,=]+/).slice(0, -1));
  const fresh = (entries: readonly Entry[]) => offer(entries.filter(([name]) => !given.has(name)));
  if (/^check\s*=\s*(?:.*;)?\s*(?:skip|experimental)=[\w,\s]*$/i.test(text)) return fresh([['all', 'every check'], ...buildKitChecks()]);
  if (/^check\s*=\s*(?:[^=]*=[^;]*;\s*)*\w*$/i.test(text))
    return offer([
      ['skip=', 'checks that are left out'],
      ['error=true', 'findings fail the build'],
      ['experimental=', 'checks that are off by default'],
    ]);
  if (/^syntax\s*=\s*\S*$/i.test(text))
    return words(file.index.range(offset - (/[^\s=]*$/.exec(text)?.[0].length ?? 0), offset + rest), 'enum', [
      ['docker/dockerfile:1', 'the newest of version 1'],
      ['docker/dockerfile:1-labs', 'with what is not settled yet'],
    ]);
  if (/^escape\s*=\s*\S*$/i.test(text))
    return offer([
      ['`', 'for paths of Windows'],
      ['\\', 'the default'],
    ]);
  const pragma = /^(waybill|hadolint)\s+(?:(?:stage|file|global)\s+)?(\w+)=[^\s]*$/i.exec(text);
  if (pragma?.[2] === 'ignore') return fresh(pragma[1]?.toLowerCase() === 'hadolint' ? hadolintChecks() : ourRules());
  if (pragma?.[2] === 'layer') return offer([['os'], ['base'], ['app']]);
  if (pragma?.[2] === 'shell') return offer([['/bin/bash'], ['/bin/sh'], ['powershell']]);
  if (/^waybill\s+\w*$/i.test(text))
    return offer([
      ['ignore=', 'of the next instruction'],
      ['layer=', 'os, base or app'],
      ['stage', 'before `ignore=`: of the stage'],
      ['file', 'before `ignore=`: of the file'],
    ]);
  if (/^hadolint\s+\w*$/i.test(text))
    return offer([
      ['ignore=', 'of the next instruction'],
      ['global', 'before `ignore=`: of the file'],
      ['shell=', 'the shell of the base image'],
    ]);
  if (/^(?:waybill|hadolint)\s+\w+\s+\w*$/i.test(text)) return offer([['ignore=']]);
  // Prose is left alone: only what begins one of the words is completed.
  if (!/^\w*$/.test(text)) return [];
  const all: readonly Entry[] = [
    ...heads(file, offset),
    ['waybill ignore=', 'leaves a rule out for the next instruction'],
    ['waybill layer=', 'os, base or app'],
    ['hadolint ignore=', 'leaves a rule of hadolint out for the next instruction'],
    ['check=skip=', 'leaves a check of BuildKit out'],
  ];
  return offer(all.filter(([label]) => label.startsWith(text.toLowerCase())));
}

/** Directives count only above everything else, each once. */
function heads(file: Dockerfile, offset: number): readonly Entry[] {
  const above = [...file.comments, ...file.instructions].some(
    (one: Comment | { start: number }) => one.start < file.text.lastIndexOf('\n', offset - 1),
  );
  if (above) return [];
  const present = new Set(file.directives.map(({ name }: Directive) => name));
  const all: readonly Entry[] = [
    ['syntax=', 'the version of the Dockerfile syntax'],
    ['escape=', 'the escape character'],
    ['check=', 'which checks BuildKit makes'],
  ];
  return all.filter(([name]) => !present.has(name.slice(0, -1)));
}

function ourRules(): readonly Entry[] {
  const categories = new Set(Object.keys(everyRule).map((id) => `${id.slice(0, id.indexOf('/'))}/*`));
  return [
    ...Object.entries(everyRule).map(([id, { summary }]): Entry => [id, summary]),
    ...[...categories].map((name): Entry => [name, 'every rule of the category']),
  ];
}

function buildKitChecks(): readonly Entry[] {
  return aliases(isBuildKitCheck);
}

function hadolintChecks(): readonly Entry[] {
  return aliases((id) => /^(?:DL|SC)\d{4}$/.test(id));
}

function aliases(wanted: (id: string) => boolean): readonly Entry[] {
  const ids = new Set(Object.values(everyRule).flatMap((rule) => rule.aliases.filter(wanted)));
  return [...ids].sort().map((id): Entry => [id, everyRule[ruleNames.rulesOf(id)[0] ?? '']?.summary]);
}
