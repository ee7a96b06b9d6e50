import { parseDocument } from 'yaml';
import { type LineIndex, lineIndex } from '../text/lineIndex.ts';
import { type Block, type BlocksRead, readBlocks } from './blocks.ts';
import { syntaxProblems, type YamlProblem, yamlOptions } from './syntax.ts';
import type { YamlNode } from './tree.ts';
import { treeBuilder } from './treeBuilder.ts';

export type { YamlProblem } from './syntax.ts';

/** One parsed file. `root` is absent for an empty file and for one that is too large. */
export interface YamlFile {
  readonly text: string;
  readonly index: LineIndex;
  readonly root?: YamlNode;
  readonly problems: readonly YamlProblem[];
  /** The blocks that the text was read in, for the parse of its next version. */
  readonly blocks?: readonly Block[];
}

/** Larger files are not read: nobody writes them by hand, and each keystroke would cost seconds. */
export const largestYaml = 2 * 1024 * 1024;
const mostProblems = 20;
/** Shorter texts are read in one go: that costs less than cutting them. Characters. */
const shortText = 3000;

/**
 * Parses YAML 1.2 (core schema) and never throws: what cannot be read becomes a problem, the rest stays usable.
 * @param previous the version before: blocks of lines that did not change are not parsed again, and keep their nodes
 */
export function parseYaml(text: string, previous?: YamlFile): YamlFile {
  const index = lineIndex(text);
  if (text.length > largestYaml) {
    const problem = { range: index.range(0, 0), message: 'This file is larger than 2 MB and is not checked. Split it, or exclude it.' };
    return { text, index, problems: [problem] };
  }
  const inBlocks = (read: BlocksRead) => ({
    text,
    index,
    root: read.root,
    problems: read.problems.slice(0, mostProblems),
    blocks: read.blocks,
  });
  const long = text.length < shortText ? undefined : readBlocks(text, previous?.blocks);
  if (long) return inBlocks(long);
  const whole = parseWhole(text, index);
  // Where an error is over tells only who reads block by block.
  const broken = text.length < shortText && whole.problems.some(({ fatal }) => fatal) ? readBlocks(text) : undefined;
  return broken ? inBlocks(broken) : whole;
}

/** The same without blocks, in one go. */
export function parseWhole(text: string, index: LineIndex = lineIndex(text)): YamlFile {
  const document = parseDocument(text, yamlOptions);
  const builder = treeBuilder(index);
  const root = document.contents ? builder.convert(document.contents, 0) : undefined;
  const problems = [...syntaxProblems(document, text, index), ...builder.problems].slice(0, mostProblems);
  return root ? { text, index, root, problems } : { text, index, problems };
}
