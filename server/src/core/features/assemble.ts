import { type EnvironmentsFile, readEnvironments } from '../environments/parse.ts';
import { mergeStandards } from '../standards/merge.ts';
import type { Standards } from '../standards/model.ts';
import { globMatches, normalUri, parentUri, relativePath } from '../text/uris.ts';
import { textsAt } from '../yaml/tree.ts';
import { extendedBy } from './extended.ts';
import { isLocal, isWhole, type ParsedFile } from './parsedFile.ts';
import { withKeptMembers } from './sameValue.ts';

/** The parts that standards include, by their globs. */
export function partsOf(file: ParsedFile, parsed: ReadonlyMap<string, ParsedFile>): readonly ParsedFile[] {
  const folder = parentUri(normalUri(file.file.uri));
  const globs = textsAt(file.yaml?.root, 'include');
  return [...parsed].flatMap(([uri, part]) => {
    const path = relativePath(folder, uri);
    if (!part.ownStandards || isWhole(part) || path === undefined) return [];
    return globs.some((glob) => globMatches(glob, path)) ? [part] : [];
  });
}

/** Standards with their parts, laid over what they extend; nothing for a circle. */
export function assembleStandards(file: ParsedFile, parsed: ReadonlyMap<string, ParsedFile>, chain: readonly string[]): Standards[] {
  const own = file.ownStandards;
  if (!own || chain.includes(own.uri)) return [];
  const whole = partsOf(file, parsed).reduce(
    (merged, part) => (part.ownStandards ? mergeStandards(merged, part.ownStandards, 'part') : merged),
    own,
  );
  return [parentsOf(file, parsed, chain).reduceRight((child, parent) => mergeStandards(parent, child, 'child'), whole)];
}

/** The standards that others extend, as far as they are there, each with what it extends itself. */
export function parentsOf(file: ParsedFile, parsed: ReadonlyMap<string, ParsedFile>, chain: readonly string[] = []): readonly Standards[] {
  const through = [...chain, file.ownStandards?.uri ?? ''];
  return extendedBy(file, parsed).flatMap(({ parent }) => (parent ? assembleStandards(parent, parsed, through) : []));
}

/**
 * Environments files, each with the local file beside it.
 * @param before those of the workspace before: what says the same stays the same object
 */
export function assembleEnvironments(
  parsed: ReadonlyMap<string, ParsedFile>,
  before: readonly EnvironmentsFile[] = [],
): EnvironmentsFile[] {
  return [...parsed.values()].flatMap((file) => {
    const own = file.ownEnvironments;
    if (!own || isLocal(own.uri)) return [];
    const local = [...parsed.values()].find(
      (other) => other.ownEnvironments && isLocal(other.file.uri) && other.ownEnvironments.folderUri === own.folderUri,
    );
    if (!local) return [own];
    const known = before.find(({ uri }) => uri === own.uri);
    return [withKeptMembers(known, readEnvironments(own.uri, own.root, { uri: local.file.uri, root: local.yaml?.root }))];
  });
}
