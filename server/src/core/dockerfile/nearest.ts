import type { CatalogueImage, Standards } from '../standards/model.ts';
import { normalRepository } from './catalogue.ts';
import { splitReference } from './imageReference.ts';

/** Catalogue images of a layer that could take the place of a foreign one, best first, at most five; deprecated ones never. */
export function nearestImages(
  standards: Standards | undefined,
  layer: CatalogueImage['layer'],
  reference: string,
  named?: string,
): readonly CatalogueImage[] {
  const candidates = standards?.images.filter((image) => image.layer === layer && !image.deprecated && image.current) ?? [];
  const wanted = wordsOf(reference);
  const scored = candidates
    .map((image) => ({ image, score: image.name === named ? 1000 : likeness(wanted, image) }))
    .sort((a, b) => b.score - a.score);
  return scored.slice(0, 5).map(({ image }) => image);
}

/** Software names and versions: `tomcat:9.0-jdk21` → tomcat, 9, jdk, 21. */
function wordsOf(reference: string): ReadonlySet<string> {
  const { repository, tag } = splitReference(reference);
  const path = normalRepository(repository).split('/').slice(-2).join('/');
  const found = `${path} ${tag ?? ''}`.toLowerCase().match(/[a-z]{2,}|\d+/g) ?? [];
  return new Set(found);
}

function likeness(wanted: ReadonlySet<string>, { name, repository, components, version }: CatalogueImage): number {
  const path = repository.slice(repository.indexOf('/') + 1);
  const text = `${name} ${path} ${components.map((component) => component.name).join(' ')}`;
  const names: readonly string[] = text.toLowerCase().match(/[a-z]{2,}/g) ?? [];
  let numbers: readonly string[] | undefined;
  let score = 0;
  for (const word of wanted) {
    if (names.includes(word)) score += 10;
    else if (score > 0) {
      numbers ??= `${name} ${version ?? ''}`.match(/\d+/g) ?? [];
      if (numbers.includes(word)) score += 1;
    }
  }
  return score;
}
