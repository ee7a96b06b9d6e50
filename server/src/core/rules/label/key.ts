import { labelsOf } from '../../dockerfile/labels.ts';
import type { DockerfileRule } from '../context.ts';

const reserved = /^(?:com\.docker|io\.docker|org\.dockerproject)\./;

/** Names of labels follow Docker's guidelines: https://docs.docker.com/engine/manage-resources/labels/ */
export const rule: DockerfileRule = {
  summary: 'Names of labels are lower-case words joined by single dots or hyphens, outside of the namespaces reserved by Docker.',
  severity: 'hint',
  aliases: ['DL3048'],
  optIn: true,
  fixable: false,
  needs: ['LABEL'],
  check: ({ file, range }) =>
    labelsOf(file.instructions).flatMap(({ name, pair }) => {
      const wrong = reserved.test(name)
        ? 'lies in a namespace that Docker reserves for itself'
        : /^[a-z](?:[a-z\d]|[.-](?=[a-z\d]))*$/.test(name)
          ? undefined
          : 'is not made of lower-case letters and digits, with single dots or hyphens between them';
      return wrong
        ? [{ range: range(pair.name), message: `The label \`${name}\` ${wrong}. Use a domain of yours: \`com.example.${tail(name)}\`.` }]
        : [];
    }),
};

function tail(name: string): string {
  return (
    name
      .slice(name.lastIndexOf('.') + 1)
      .toLowerCase()
      .replace(/[^a-z\d]+/g, '-')
      .replace(/^[-\d]+|-+$/g, '') || 'name'
  );
}
