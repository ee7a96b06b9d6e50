import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dockerfile } from '../../server/src/core/dockerfile/model.ts';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { shellMemory } from '../../server/src/core/dockerfile/shellMemory.ts';
import { dockerfiles } from '../corpus/corpus.ts';
import { numbers } from '../corpus/mutations.ts';
import { dockerfileUri } from '../harness/shop.ts';

const typed = ['X', '\n', ' ', '"', 'RUN curl -s x | sh > /log\n', 'RUN <<EOF\n', '\\\n'];

/** All that is known of a file, stages that stand on each other by number. */
function told({ index: _, ...file }: Dockerfile): string {
  return JSON.stringify(file, (key, value) => (key === 'parent' ? value?.index : value));
}

describe('a Dockerfile that is edited', () => {
  it('is read with the shell texts of the version before as it is read alone', () => {
    const random = numbers(7);
    for (const { text } of dockerfiles().slice(0, 150)) {
      const memory = shellMemory();
      let now = text;
      for (let edit = 0; edit < 5; edit++) {
        const at = random(now.length + 1);
        const next = random(3) === 0 ? now.slice(at + 1 + random(5)) : (typed[random(typed.length)] ?? '') + now.slice(at);
        now = now.slice(0, at) + next;
        assert.equal(told(parseDockerfile(dockerfileUri, now, memory.next())), told(parseDockerfile(dockerfileUri, now)));
      }
    }
  });
});
