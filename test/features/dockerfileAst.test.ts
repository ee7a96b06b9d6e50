/** Our reading of a Dockerfile against the library dockerfile-ast: the same instructions at the same places, wherever the library is right. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DockerfileParser } from 'dockerfile-ast';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { corpus } from '../bench/measure/corpus.ts';

/** Heredocs with a blank before the delimiter are read as instructions by the library; a comment with `=` in front of all is read as a directive. */
const misread = (text: string) => /<</.test(text) || /^#[^\n]*=/.test(text.trimStart());

function ours(text: string): string[] {
  const { instructions, index } = parseDockerfile('file:///Dockerfile', text);
  return instructions.map((instruction) => {
    const { line, character } = index.positionAt(instruction.keyword.start);
    return `${line}:${character} ${text.slice(instruction.keyword.start, instruction.keyword.end).toUpperCase()}`;
  });
}

function theirs(text: string): string[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => {
      const { line, character } = instruction.getInstructionRange().start;
      return `${line}:${character} ${instruction.getKeyword()}`;
    });
}

describe('instructions agree with dockerfile-ast', () => {
  const files = corpus().filter(({ text }) => !misread(text) && text.trim() !== '');
  it('on a corpus that is large enough to mean something', () => assert.ok(files.length > 100, `${files.length} files`));
  it('in keyword, line and column', () => {
    const different = files.filter(({ text }) => ours(text).join() !== theirs(text).join());
    assert.deepEqual(
      different.map(({ uri, text }) => ({ uri, ours: ours(text), theirs: theirs(text) })),
      [],
    );
  });
});
