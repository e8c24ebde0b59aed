/** @file Reads values that are on the host already, for range checks; anything that would need a round trip to a device is left unread. */
import { engine, getBackend, type Tensor, type TypedArray } from '@tensorflow/tfjs-core';

interface Readable {
  /** cpu */
  data?: { get(id: object): { values?: TypedArray | null } | undefined };
  /** webgpu: present only until the first use */
  tensorMap?: { get(id: object): { values?: TypedArray | null } | undefined };
  /** wasm: a view of the heap */
  typedArrayFromHeap?(tensor: Tensor): TypedArray;
}

/** @internal The values of a tensor where no device has to be asked, else undefined. The array may be a view: do not keep it, do not write to it. */
export function hostValues(tensor: Tensor): TypedArray | undefined {
  const backend = engine().backend as unknown as Readable;
  switch (getBackend()) {
    case 'cpu':
      return backend.data?.get(tensor.dataId)?.values ?? undefined;
    case 'wasm':
      return tensor.size === 0 ? undefined : backend.typedArrayFromHeap?.(tensor);
    case 'webgpu':
      return backend.tensorMap?.get(tensor.dataId)?.values ?? undefined;
    default:
      return undefined;
  }
}
