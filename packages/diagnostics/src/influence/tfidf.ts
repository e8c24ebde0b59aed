/** @file Which documents share rare words with a query: what is worth an influence score. */
import { checkInteger, fail } from '@surrogate/core';

/** A document as its words: strings or token ids. */
export type Words = readonly (string | number)[];

/** What {@link tfidfFilter} keeps. */
export interface TfidfMatches {
  /** Which documents, the most similar first; ties in their order. */
  readonly ids: number[];
  /** Their similarities, in [0, 1]. */
  readonly scores: Float64Array;
}

function counted(words: Words): Map<string | number, number> {
  const counts = new Map<string | number, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * The documents that are most like a query by TF-IDF: gradients are expensive, so that influence is computed of those few alone.
 *
 * $$ \cos(q, d), \qquad d_w = \operatorname{count}(w, d) \Big( \ln \frac{1 + N}{1 + \operatorname{df}(w)} + 1 \Big) $$
 *
 * N and the document frequencies df are those of the documents, without the query; words of the query that no document has count for nothing. Smoothing and cosine are scikit-learn's, the paper names TF-IDF alone.
 *
 * @param query its words.
 * @param documents the words of each.
 * @param count how many to keep, >= 1; all where there are fewer.
 * @returns which, and how similar.
 * @throws SurrogateError `range`, `dtype`.
 * @see Grosse et al.: Studying Large Language Model Generalization with Influence Functions, 2023. arXiv:2308.03296; Salton, Buckley: Term-weighting Approaches in Automatic Text Retrieval, 1988
 * @example
 * import { tfidfFilter } from '@surrogate/diagnostics';
 * tfidfFilter(['blue', 'whale'], [['the', 'sky'], ['the', 'whale'], ['a', 'blue', 'whale']], 1).ids; // [2]
 */
export function tfidfFilter(query: Words, documents: readonly Words[], count: number): TfidfMatches {
  const fn = 'tfidfFilter';
  if (!Array.isArray(query)) fail('dtype', fn, 'query', `must be an array of words, got ${typeof query}`);
  const odd = documents.findIndex((words) => !Array.isArray(words));
  if (odd >= 0) fail('dtype', fn, `documents[${odd}]`, `must be an array of words, got ${typeof documents[odd]}`);
  checkInteger(fn, 'count', count, 1);
  const counts = documents.map(counted);
  const frequencies = new Map<string | number, number>();
  for (const words of counts) for (const word of words.keys()) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
  const rarity = (word: string | number): number => Math.log((1 + documents.length) / (1 + frequencies.get(word)!)) + 1;
  const lengthOf = (words: Map<string | number, number>): number => Math.hypot(...Array.from(words, ([word, n]) => n * rarity(word)));
  const asked = new Map([...counted(query)].filter(([word]) => frequencies.has(word)));
  const size = lengthOf(asked);
  const similarity = counts.map((words) => {
    let product = 0;
    for (const [word, n] of asked) product += n * (words.get(word) ?? 0) * rarity(word) ** 2;
    return product === 0 ? 0 : product / (size * lengthOf(words));
  });
  const ids = [...similarity.keys()].sort((a, b) => similarity[b]! - similarity[a]!).slice(0, count);
  return { ids, scores: Float64Array.from(ids, (id) => similarity[id]!) };
}
