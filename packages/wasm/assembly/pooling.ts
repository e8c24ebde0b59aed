/** Gradients of pooling; images are [batch, height, width, channels]. */

/** Where in an image, in bytes, the window has its largest number, in four lanes; -1 where it has none above -Infinity. Of equal ones the first in order of rows. */
// @ts-ignore: decorator
@inline
function largest(x: usize, from: usize, rowBytes: usize, pixelBytes: usize, rows: i32, columns: i32, single: bool): v128 {
  let best = f32x4.splat(-Infinity);
  let place = i32x4.splat(-1);
  for (let row: i32 = 0; row < rows; row++, from += rowBytes) {
    let at = from;
    for (let column: i32 = 0; column < columns; column++, at += pixelBytes) {
      const value = single ? v128.load32_splat(x + at) : v128.load(x + at);
      place = v128.bitselect(i32x4.splat(<i32>at), place, f32x4.gt(value, best));
      best = f32x4.pmax(best, value);
    }
  }
  return place;
}

// @ts-ignore: decorator
@inline
function give(out: usize, place: i32, value: f32): void {
  if (place != -1) store<f32>(out + <usize>place, load<f32>(out + <usize>place) + value);
}

/** Each number of dy goes to where its window has its largest number; out starts at 0. */
export function maxPoolGrad(
  x: usize, dy: usize, out: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>inWidth * pixelBytes;
  const imageBytes = <usize>inHeight * rowBytes;
  for (let i: i32 = 0; i < batch; i++, x += imageBytes, out += imageBytes)
    for (let yRow: i32 = 0; yRow < outHeight; yRow++) {
      const row = yRow * strideHeight - top;
      const firstRow = max(0, row);
      const rows = min(inHeight, row + filterHeight) - firstRow;
      for (let yColumn: i32 = 0; yColumn < outWidth; yColumn++) {
        const column = yColumn * strideWidth - left;
        const firstColumn = max(0, column);
        const columns = min(inWidth, column + filterWidth) - firstColumn;
        const from = <usize>firstRow * rowBytes + <usize>firstColumn * pixelBytes;
        let c: i32 = 0;
        for (; c <= channels - 4; c += 4, dy += 16) {
          const at = <usize>c << 2;
          const place = largest(x + at, from, rowBytes, pixelBytes, rows, columns, false);
          give(out + at, i32x4.extract_lane(place, 0), load<f32>(dy));
          give(out + at + 4, i32x4.extract_lane(place, 1), load<f32>(dy, 4));
          give(out + at + 8, i32x4.extract_lane(place, 2), load<f32>(dy, 8));
          give(out + at + 12, i32x4.extract_lane(place, 3), load<f32>(dy, 12));
        }
        for (; c < channels; c++, dy += 4) {
          const at = <usize>c << 2;
          give(out + at, i32x4.extract_lane(largest(x + at, from, rowBytes, pixelBytes, rows, columns, true), 0), load<f32>(dy));
        }
      }
    }
}

/** Each number of dy, times the factor, goes to all of its window; out starts at 0. */
export function avgPoolGrad(
  dy: usize, out: usize, factor: f32, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>inWidth * pixelBytes;
  const whole = pixelBytes & ~15;
  const f = f32x4.splat(factor);
  for (let i: i32 = 0; i < batch; i++, out += <usize>inHeight * rowBytes)
    for (let yRow: i32 = 0; yRow < outHeight; yRow++) {
      const row = yRow * strideHeight - top;
      for (let yColumn: i32 = 0; yColumn < outWidth; yColumn++, dy += pixelBytes) {
        const column = yColumn * strideWidth - left;
        for (let y = max(0, row); y < min(inHeight, row + filterHeight); y++)
          for (let x = max(0, column); x < min(inWidth, column + filterWidth); x++) {
            const to = out + <usize>y * rowBytes + <usize>x * pixelBytes;
            let at: usize = 0;
            for (; at < whole; at += 16) v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(v128.load(dy + at), f)));
            for (; at < pixelBytes; at += 4) store<f32>(to + at, load<f32>(to + at) + load<f32>(dy + at) * factor);
          }
      }
    }
}
