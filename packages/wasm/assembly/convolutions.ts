/** Gradients of convolutions; images are [batch, height, width, channels]. */
import { addTo } from './blocks';
import { matMul } from './matmul';

// @ts-ignore: decorator
@inline
function clear(out: usize, bytes: usize): void {
  const end = out + bytes;
  for (; out + 16 <= end; out += 16) v128.store(out, i32x4.splat(0));
  for (; out < end; out += 4) store<f32>(out, 0);
}

/** Runs are short: a bulk copy would take longer to begin than to do. */
// @ts-ignore: decorator
@inline
function copy(from: usize, out: usize, bytes: usize): void {
  const end = out + bytes;
  for (; out + 16 <= end; out += 16, from += 16) v128.store(out, v128.load(from));
  for (; out < end; out += 4, from += 4) store<f32>(out, load<f32>(from));
}

/** The patches of one image as rows: out[y, x] holds what the filter sees there, zeros beyond the edge. Without dilation a row of the filter is one run of the image. */
function patches(
  x: usize, out: usize, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, top: i32, left: i32, dilationHeight: i32, dilationWidth: i32,
): void {
  const bytes = <usize>channels << 2;
  const run = dilationWidth == 1 ? filterWidth : 1;
  for (let yRow: i32 = 0; yRow < outHeight; yRow++)
    for (let yColumn: i32 = 0; yColumn < outWidth; yColumn++)
      for (let row: i32 = 0; row < filterHeight; row++) {
        const xRow = yRow * strideHeight + row * dilationHeight - top;
        const inside = <u32>xRow < <u32>inHeight;
        for (let column: i32 = 0; column < filterWidth; column += run) {
          const xColumn = yColumn * strideWidth + column * dilationWidth - left;
          const begin = inside ? min(run, max(0, -xColumn)) : run;
          const end = max(begin, min(run, inWidth - xColumn));
          clear(out, <usize>begin * bytes);
          copy(x + <usize>(xRow * inWidth + xColumn + begin) * bytes, out + <usize>begin * bytes, <usize>(end - begin) * bytes);
          clear(out + <usize>end * bytes, <usize>(run - end) * bytes);
          out += <usize>run * bytes;
        }
      }
}

/** The gradient by the filter [filterHeight, filterWidth, channels, outChannels]: patches, transposed, times dy. */
export function conv2dFilterGrad(
  x: usize, dy: usize, out: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, dilationHeight: i32, dilationWidth: i32,
  seen: usize, scratch: usize,
): void {
  const places = outHeight * outWidth;
  for (let i: i32 = 0; i < batch; i++) {
    patches(x, seen, inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, top, left, dilationHeight, dilationWidth);
    matMul(seen, dy, out, filterHeight * filterWidth * channels, outChannels, places, true, false, i > 0, scratch);
    x += <usize>(inHeight * inWidth * channels) << 2;
    dy += <usize>(places * outChannels) << 2;
  }
}

/** Adds what `patches` would have read from each place to where it would have read it. */
function addPatches(
  from: usize, x: usize, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, top: i32, left: i32, dilationHeight: i32, dilationWidth: i32,
): void {
  const bytes = <usize>channels << 2;
  const run = dilationWidth == 1 ? filterWidth : 1;
  for (let yRow: i32 = 0; yRow < outHeight; yRow++)
    for (let yColumn: i32 = 0; yColumn < outWidth; yColumn++)
      for (let row: i32 = 0; row < filterHeight; row++) {
        const xRow = yRow * strideHeight + row * dilationHeight - top;
        const inside = <u32>xRow < <u32>inHeight;
        for (let column: i32 = 0; column < filterWidth; column += run, from += <usize>run * bytes) {
          const xColumn = yColumn * strideWidth + column * dilationWidth - left;
          const begin = inside ? min(run, max(0, -xColumn)) : run;
          const end = max(begin, min(run, inWidth - xColumn));
          addTo(x + <usize>(xRow * inWidth + xColumn + begin) * bytes, from + <usize>begin * bytes, <usize>(end - begin) * bytes);
        }
      }
}

/** The gradient by the images: dy times the filter, transposed, each patch added where it was seen; out starts at 0. */
export function conv2dInputGrad(
  filter: usize, dy: usize, out: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, dilationHeight: i32, dilationWidth: i32,
  seen: usize, scratch: usize,
): void {
  const places = outHeight * outWidth;
  for (let i: i32 = 0; i < batch; i++) {
    matMul(dy, filter, seen, places, filterHeight * filterWidth * channels, outChannels, false, true, false, scratch);
    addPatches(seen, out, inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, top, left, dilationHeight, dilationWidth);
    out += <usize>(inHeight * inWidth * channels) << 2;
    dy += <usize>(places * outChannels) << 2;
  }
}

/** The gradient by a depthwise filter [filterHeight, filterWidth, channels, multiplier]; out starts at 0. */
export function depthwiseFilterGrad(
  x: usize, dy: usize, out: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, multiplier: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, dilationHeight: i32, dilationWidth: i32,
): void {
  const outChannels = channels * multiplier;
  for (let i: i32 = 0; i < batch; i++)
    for (let yRow: i32 = 0; yRow < outHeight; yRow++)
      for (let yColumn: i32 = 0; yColumn < outWidth; yColumn++, dy += <usize>outChannels << 2)
        for (let row: i32 = 0; row < filterHeight; row++) {
          const xRow = yRow * strideHeight + row * dilationHeight - top;
          if (<u32>xRow >= <u32>inHeight) continue;
          for (let column: i32 = 0; column < filterWidth; column++) {
            const xColumn = yColumn * strideWidth + column * dilationWidth - left;
            if (<u32>xColumn >= <u32>inWidth) continue;
            const pixel = x + ((<usize>((i * inHeight + xRow) * inWidth + xColumn) * channels) << 2);
            const to = out + ((<usize>(row * filterWidth + column) * outChannels) << 2);
            let c: i32 = 0;
            if (multiplier == 1)
              for (; c <= channels - 4; c += 4) {
                const at = <usize>c << 2;
                v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(v128.load(pixel + at), v128.load(dy + at))));
              }
            for (; c < channels; c++)
              for (let d: i32 = c * multiplier; d < (c + 1) * multiplier; d++) {
                const at = <usize>d << 2;
                store<f32>(to + at, load<f32>(to + at) + load<f32>(pixel + (<usize>c << 2)) * load<f32>(dy + at));
              }
          }
        }
}

/** The gradient by the images of a depthwise convolution; out starts at 0. */
export function depthwiseInputGrad(
  filter: usize, dy: usize, out: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, multiplier: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, dilationHeight: i32, dilationWidth: i32,
): void {
  const outChannels = channels * multiplier;
  for (let i: i32 = 0; i < batch; i++)
    for (let yRow: i32 = 0; yRow < outHeight; yRow++)
      for (let yColumn: i32 = 0; yColumn < outWidth; yColumn++, dy += <usize>outChannels << 2)
        for (let row: i32 = 0; row < filterHeight; row++) {
          const xRow = yRow * strideHeight + row * dilationHeight - top;
          if (<u32>xRow >= <u32>inHeight) continue;
          for (let column: i32 = 0; column < filterWidth; column++) {
            const xColumn = yColumn * strideWidth + column * dilationWidth - left;
            if (<u32>xColumn >= <u32>inWidth) continue;
            const pixel = out + ((<usize>((i * inHeight + xRow) * inWidth + xColumn) * channels) << 2);
            const from = filter + ((<usize>(row * filterWidth + column) * outChannels) << 2);
            let c: i32 = 0;
            if (multiplier == 1)
              for (; c <= channels - 4; c += 4) {
                const at = <usize>c << 2;
                v128.store(pixel + at, f32x4.add(v128.load(pixel + at), f32x4.mul(v128.load(from + at), v128.load(dy + at))));
              }
            for (; c < channels; c++) {
              let sum = load<f32>(pixel + (<usize>c << 2));
              for (let d: i32 = c * multiplier; d < (c + 1) * multiplier; d++) sum += load<f32>(from + (<usize>d << 2)) * load<f32>(dy + (<usize>d << 2));
              store<f32>(pixel + (<usize>c << 2), sum);
            }
          }
        }
}
