/** Formatting proved by building: the image before and the image after are the same to whoever runs them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BuildEvent } from '../../client/src/ports.ts';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { formatDockerfile } from '../../server/src/core/features/formatDockerfile.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, open, orderOf, tlsHost } from '../client/dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');

/** Untidy on purpose: mixed case, blanks, flush continuation lines, words and quotes across lines, heredocs, comments. */
const untidy = (base: string) => `arg   BASE=${base}   
From \${BASE} as first\t
RUN mkdir -p /out && \\
# about the next line
echo "one \\
two  " >/out/a
RUN printf '%s' 'x  y' >/out/b && \\
printf z >>/out/b  
run <<EOF
printf 'kept  \\n' >/out/c
  printf '  kept' >>/out/c
EOF



COPY <<-'X' /out/d
\t  \${BASE}  
X
FROM first
ENV A="1  2" \\
B=3 C=x\\
y
ENV D=1 \\
E=2
LABEL a=b \\
c="d  \\
e"
WORKDIR /out  
USER 1000
CMD ["cat", \\
"a"]
RUN cat a b c d && echo "$A|$B|$C|$D|$E"


`;

describe('a formatted Dockerfile', { skip, timeout: 180_000 }, () => {
  it('builds what the untidy one builds', async () => {
    const registry = await bench().registry();
    const base = `${registry.host}/base/busybox:1`;
    await pushImage(base);
    using opened = open(tlsHost(await bench().engine('29')));
    const built = async (text: string, name: string) => {
      using folder = contextFolder({ Dockerfile: text });
      const events: BuildEvent[] = [];
      const order = orderOf(folder.path, `${registry.host}/format/${name}:1`);
      const image = await opened.engine.build(order, (event) => events.push(event), new AbortController().signal);
      const output = events.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('');
      return { config: image.config, layers: image.layers.length, output };
    };
    const before = untidy(base);
    const after = applyEdits(before, formatDockerfile(parseDockerfile('file:///x/Dockerfile', before)));
    assert.match(after, /^ {4}printf z/m);
    assert.match(after, /^ {4}E=2/m);
    assert.match(after, /^ {4}"a"\]$/m);
    const [one, two] = [await built(before, 'before'), await built(after, 'after')];
    assert.deepEqual(two, one);
    assert.match(one.output, /one two {2}/);
  });
});
