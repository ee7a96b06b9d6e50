import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContextEntry } from '../../client/src/docker/contextFiles.ts';
import { type FileFilter, filtered } from '../../client/src/docker/fileFilter.ts';

/** `a/` is a folder, `a -> b` a link, all else a file. */
function entries(...lines: readonly string[]): ContextEntry[] {
  return lines.map((line): ContextEntry => {
    const [path = '', target] = line.split(' -> ');
    if (target !== undefined) return { kind: 'link', path, target };
    if (path.endsWith('/')) return { kind: 'folder', path: path.slice(0, -1) };
    return { kind: 'file', path, file: `/x/${path}`, size: 1, executable: false };
  });
}

function asked(list: readonly ContextEntry[], filter: Partial<FileFilter>): readonly string[] {
  return filtered(list, { include: [], exclude: [], follow: [], ...filter }).map(({ path }) => path);
}

describe('what a builder asks of a folder', () => {
  const tree = entries('a/', 'a/b.txt', 'a-b', 'c/', 'c/d/', 'c/d/e.txt', 'c/d/f.md', 'z');

  it('is everything by default, sorted part for part', () =>
    assert.deepEqual(asked(tree, {}), ['a', 'a/b.txt', 'a-b', 'c', 'c/d', 'c/d/e.txt', 'c/d/f.md', 'z']));

  it('is what its patterns include, below and above', () => {
    assert.deepEqual(asked(tree, { include: ['c/d'] }), ['c', 'c/d', 'c/d/e.txt', 'c/d/f.md']);
    assert.deepEqual(asked(tree, { include: ['**/*.txt'] }), ['a', 'a/b.txt', 'c', 'c/d', 'c/d/e.txt']);
  });

  it('is not what its patterns exclude, exceptions apart', () =>
    assert.deepEqual(asked(tree, { exclude: ['c', 'a', '!c/d/f.md'] }), ['a-b', 'c', 'c/d', 'c/d/f.md', 'z']));

  it('is what instructions take, with wildcards in every part', () => {
    assert.deepEqual(asked(tree, { follow: ['?/d/*.md', '/z'] }), ['c', 'c/d', 'c/d/f.md', 'z']);
    assert.deepEqual(asked(tree, { follow: ['.'] }).length, 8);
    assert.deepEqual(asked(tree, { follow: ['missing'] }), []);
  });

  it('goes through links, of folders, to parents, and in circles', () => {
    const linked = entries(
      'l -> c/d',
      'c/',
      'c/d/',
      'c/d/up -> ../../z',
      'c/d/e',
      'z',
      'round -> round2',
      'round2 -> round',
      'out -> ../../etc',
    );
    assert.deepEqual(asked(linked, { follow: ['l/e'] }), ['c', 'c/d', 'c/d/e', 'l']);
    assert.deepEqual(asked(linked, { follow: ['l/up'] }), ['c', 'c/d', 'c/d/up', 'l', 'z']);
    assert.deepEqual(asked(linked, { follow: ['round'] }), ['round', 'round2']);
    assert.deepEqual(asked(linked, { follow: ['out/passwd'] }), ['out']);
  });
});
