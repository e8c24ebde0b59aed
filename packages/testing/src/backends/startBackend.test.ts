import { backend, square, tensor } from '@tensorflow/tfjs-core';
import { eachBackend } from '@surrogate/testing';
import { expect, it } from 'vitest';

interface WebgpuBackend {
  readonly tensorMap: { get(id: object): { readonly resource?: object | null; readonly values?: unknown } };
}

eachBackend(
  () => {
    it('computes small tensors on the device', async () => {
      const x = tensor([1, 2, 3, 4]);
      const y = square(x);
      const { resource, values } = (backend() as unknown as WebgpuBackend).tensorMap.get(y.dataId);
      expect(resource?.constructor.name).toBe('GPUBuffer');
      expect(values).toBeFalsy();
      expect([...(await y.data())]).toEqual([1, 4, 9, 16]);
      x.dispose();
      y.dispose();
    });
  },
  { backends: ['webgpu'] },
);
