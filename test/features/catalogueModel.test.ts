import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { workspaceModel } from '../../server/src/core/features/model.ts';
import type { Workspace } from '../../server/src/core/features/workspace.ts';
import { digest, present, standards, workspace } from './yamlFixture.ts';

const catalogueOf = (made: Workspace) => present(workspaceModel(made, (file) => parseDockerfile(file.uri, file.text)).catalogue);
const files = {
  'services/order-api/Dockerfile': `FROM registry.example.com/base/java-tomcat:9.0.121-r4@${digest} AS app\nCOPY --from=registry.example.com/base/legacy-php /a /b\nFROM app\n`,
  'images/base/java-tomcat/Dockerfile': `FROM registry.example.com/os/rocky:9.6-2@${digest}\n`,
  'waybill.standards.yaml': standards
    .replace('os: rocky-9\n    jdk', 'os: rocky-9\n    components: [{ name: jdk, version: "17" }]\n    jdk')
    .replace('user: { uid', 'eol: 2026-01-31, user: { uid'),
};

describe('catalogue of the model', () => {
  it('says of each image who names it and who stands on it', () => {
    const { images } = catalogueOf(workspace(files));
    assert.deepEqual(
      images.map((image) => [
        image.name,
        image.layer,
        image.services.length,
        image.uses.map(({ kind, location }) => `${kind} ${location.uri}`),
      ]),
      [
        ['rocky-9', 'os', 1, ['reference file:///w/images/base/java-tomcat/Dockerfile']],
        ['legacy-php', 'base', 0, ['reference file:///w/services/order-api/Dockerfile']],
        [
          'java-tomcat-9',
          'base',
          1,
          ['reference file:///w/services/order-api/Dockerfile', 'name file:///w/services/order-api/waybill.yaml'],
        ],
      ],
    );
    const tomcat = present(images.find((image) => image.name === 'java-tomcat-9'));
    assert.equal(tomcat.reference, `registry.example.com/base/java-tomcat:9.0.121-r4@${digest}`);
    assert.deepEqual(tomcat.uses[0]?.location.range, {
      start: { line: 0, character: 5 },
      end: { line: 0, character: 5 + tomcat.reference.length },
    });
    assert.deepEqual(tomcat.components, [{ name: 'jdk', version: '17', eol: '2027-10-31', ended: false, deprecated: false }]);
  });

  it('says what is deprecated and what has ended', () => {
    const { images, components } = catalogueOf(workspace(files));
    assert.deepEqual(
      images.map((image) => [image.name, image.ended, image.deprecated?.replacedBy]),
      [
        ['rocky-9', true, undefined],
        ['legacy-php', false, 'java-tomcat-9'],
        ['java-tomcat-9', false, undefined],
      ],
    );
    assert.deepEqual(
      components[0]?.versions.map(({ version, eol, images: held }) => [version, eol, held]),
      [
        ['17', '2027-10-31', ['net-alliance/java-tomcat-9']],
        ['21', '2029-12-31', []],
      ],
    );
  });

  it('is left out where nobody asks for it', () => {
    assert.equal(workspaceModel(workspace(files)).catalogue, undefined);
  });
});
