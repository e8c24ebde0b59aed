import { scalar, square, tensor, tidy } from '@tensorflow/tfjs-core';
import { eachBackend, expectNoLeak } from '@surrogate/testing';
import { expect, it } from 'vitest';

eachBackend(() => {
  it('lets a function leave its result', async () => {
    const x = scalar(3);
    await expectNoLeak(() => ({ loss: square(x), parts: [square(x)], count: 2 }));
    x.dispose();
  });

  it('catches what is left behind', async () => {
    const x = scalar(3);
    const kept: { dispose(): void }[] = [];
    const leaky = () => {
      kept.push(square(x));
      return square(x);
    };
    await expect(expectNoLeak(leaky)).rejects.toThrow('1 tensors leaked in its first run');
    kept.push(x);
    kept.forEach((part) => part.dispose());
  });

  it('catches what a throw leaves behind', async () => {
    const kept: { dispose(): void }[] = [];
    const thrower = () => {
      kept.push(tensor([1]));
      throw new Error('no');
    };
    await expect(expectNoLeak(thrower)).rejects.toThrow('1 tensors leaked when it threw "no"');
    kept.forEach((part) => part.dispose());
    await expect(
      expectNoLeak(() =>
        tidy(() => {
          tensor([1]);
          throw new Error('no');
        }),
      ),
    ).rejects.toThrow(/^no$/);
  });

  it('catches a result that belongs to the caller already', async () => {
    const x = scalar(3);
    await expect(expectNoLeak(() => x)).rejects.toThrow('of the caller');
  });
});
