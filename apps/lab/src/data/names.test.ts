import { rng } from '@surrogate/core';
import { expect, it } from 'vitest';
import { fitRewardModel } from '../model/rewardModel.js';
import { fitTrigram } from '../model/trigram.js';
import { allNames, splitNames } from './names.js';
import { decode, encode, tokenBatch } from './vocabulary.js';

const { train, heldOut } = splitNames(allNames(), rng(0));

it('keeps what is held out apart', () => {
  const known = new Set(train.map(({ name }) => name));
  expect(heldOut.length).toBe(842);
  expect(heldOut.filter(({ name }) => known.has(name))).toEqual([]);
});

it('spells every name in its vocabulary', () => {
  expect(allNames().filter(({ name }) => decode(encode(name)) !== name)).toEqual([]);
  expect(() => encode('Zoë')).toThrow("names are made of '-abcdefghijklmnopqrstuvwxyz', got 'Z' in 'Zoë'");
});

it('shifts inputs against targets, and masks what is beyond the end', () => {
  const { rows, length, inputs, targets, mask } = tokenBatch(['ab', 'a'], 16);
  expect([rows, length]).toEqual([2, 3]);
  expect([...inputs]).toEqual([0, 2, 3, 0, 2, 0]);
  expect([...targets]).toEqual([2, 3, 0, 2, 0, 0]);
  expect([...mask]).toEqual([1, 1, 1, 1, 1, 0]);
});

it('cuts names at the context', () => {
  expect(tokenBatch(['abcd'], 2)).toMatchObject({ length: 2, targets: new Int32Array([2, 3]) });
});

it('has a trigram that spreads probability 1 and beats uniform guessing', () => {
  const trigram = fitTrigram(['anna', 'hanna', 'nina']);
  const bits = trigram.bitsPerCharacter(['anna']);
  expect(bits).toBeGreaterThan(0);
  expect(bits).toBeLessThan(Math.log2(28));
  expect(fitTrigram(train.map(({ name }) => name)).bitsPerCharacter(heldOut.map(({ name }) => name))).toBeLessThan(3.2);
});

it('has a reward model that is right of most names that it has not seen', () => {
  const model = fitRewardModel(train, rng(1));
  expect(model.accuracy(heldOut)).toBeGreaterThan(0.85);
  expect(model.reward('maria')).toBeGreaterThan(model.reward('robert'));
});
