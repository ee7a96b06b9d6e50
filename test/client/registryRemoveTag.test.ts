// The registry of the bench removes no tags (Docker's registry 2); this one does, and can be made to lose the image with its tag, as some do.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { ociRegistry } from '../../client/src/registry/index.ts';

const signal = new AbortController().signal;
const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const manifest = JSON.stringify({ schemaVersion: 2, mediaType });
const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;

/** Manifests by tag and by digest; `asked` are the requests that change something. */
async function withRegistry(
  losesImages: boolean,
  use: (repository: string, held: Map<string, string>, asked: string[]) => Promise<void>,
): Promise<void> {
  const held = new Map([
    ['one', manifest],
    ['other', `${manifest} `],
  ]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const reference = request.url?.split('/').at(-1) ?? '';
    const answer = (status: number, body = '') => response.writeHead(status, { 'content-type': mediaType }).end(body);
    if (request.method !== 'GET') asked.push(`${request.method} ${reference}`);
    if (request.method === 'GET') return answer(held.has(reference) ? 200 : 404, held.get(reference));
    if (request.method === 'PUT') {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        held.set(reference, body);
        answer(201);
      });
      return undefined;
    }
    if (losesImages) held.delete(digest);
    return answer(held.delete(reference) ? 202 : 404);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  try {
    assert.ok(typeof address === 'object' && address);
    await use(`127.0.0.1:${address.port}/app`, held, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a tag that is taken away', () => {
  const registry = ociRegistry({ credentials: { forRegistry: async () => undefined } });

  it('leaves the image, by its digest', async () => {
    await withRegistry(false, async (repository, held, asked) => {
      assert.equal(await registry.removeTag?.(repository, 'one', digest, signal), true);
      assert.deepEqual(asked, [`PUT ${digest}`, 'DELETE one']);
      assert.deepEqual([held.has('one'), held.get(digest)], [false, manifest]);
    });
  });

  it('leaves the image even where the registry loses it with its tag', async () => {
    await withRegistry(true, async (repository, held) => {
      assert.equal(await registry.removeTag?.(repository, 'one', digest, signal), true);
      assert.equal(held.get(digest), manifest);
    });
  });

  it('stays when it names another image, or none: nothing is asked for (S3)', async () => {
    await withRegistry(false, async (repository, held, asked) => {
      assert.equal(await registry.removeTag?.(repository, 'other', digest, signal), false);
      assert.equal(await registry.removeTag?.(repository, 'missing', digest, signal), false);
      assert.deepEqual([asked, held.size], [[], 2]);
    });
  });
});
