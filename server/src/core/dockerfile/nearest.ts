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

function likeness(wanted: ReadonlySet<string>, image: CatalogueImage): number {
  const names = new Set<string>();
  addWords(image.name, names);
  addWords(image.repository.slice(image.repository.indexOf('/') + 1), names);
  for (const { name } of image.components) addWords(name, names);
  let numbers: ReadonlySet<string> | undefined;
  let score = 0;
  for (const word of wanted) {
    if (names.has(word)) score += 10;
    else if (score > 0) {
      numbers ??= new Set(`${image.name} ${image.version ?? ''}`.match(/\d+/g) ?? []);
      if (numbers.has(word)) score += 1;
    }
  }
  return score;
}

function addWords(text: string, into: Set<string>): void {
  for (const word of text.toLowerCase().match(/[a-z]{2,}/g) ?? []) into.add(word);
}
