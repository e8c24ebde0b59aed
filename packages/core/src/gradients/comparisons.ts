/** @file Zero gradients for the ops whose results are steps, so that a mask computed from an input never breaks a backward pass. */
import {
  Equal,
  Greater,
  IsFinite,
  IsInf,
  IsNan,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  NotEqual,
  registerGradient,
  zeros,
} from '@tensorflow/tfjs-core';

const flat = (kernelName: string, inputs: string[]) =>
  registerGradient({
    kernelName,
    inputsToSave: inputs,
    gradFunc: (_upstream, saved) => Object.fromEntries(inputs.map((input, i) => [input, () => zeros(saved[i]!.shape)])),
  });

for (const kernelName of [Equal, NotEqual, Greater, Less, LessEqual, LogicalAnd, LogicalOr]) flat(kernelName, ['a', 'b']);
for (const kernelName of [LogicalNot, IsNan, IsInf, IsFinite]) flat(kernelName, ['x']);
