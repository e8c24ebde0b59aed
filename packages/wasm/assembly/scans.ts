/** y[t] = x[t] + decay[t] · y[before t] along rows. */

/** Forward, or with `reverse` from the last step to the first; the decay of the step that comes first counts for nothing. */
export function linearRecurrence(x: usize, decay: usize, out: usize, n: i32, steps: i32, reverse: bool): void {
  const bytes = <usize>steps << 2;
  for (let i: i32 = 0; i < n; i++, x += bytes, decay += bytes, out += bytes) {
    let y: f32 = 0;
    for (let t: i32 = 0; t < steps; t++) {
      const at = <usize>(reverse ? steps - 1 - t : t) << 2;
      y = t == 0 ? load<f32>(x + at) : load<f32>(x + at) + load<f32>(decay + at) * y;
      store<f32>(out + at, y);
    }
  }
}

/** The gradients by x and decay. */
export function linearRecurrenceGrad(x: usize, decay: usize, upstream: usize, dx: usize, dDecay: usize, n: i32, steps: i32, reverse: bool): void {
  linearRecurrence(x, decay, dDecay, n, steps, reverse);
  const bytes = <usize>steps << 2;
  const before: i32 = reverse ? 4 : -4;
  for (let i: i32 = 0; i < n; i++, decay += bytes, upstream += bytes, dx += bytes, dDecay += bytes) {
    let adjoint: f32 = 0;
    for (let t: i32 = steps - 1; t >= 0; t--) {
      const at = <usize>(reverse ? steps - 1 - t : t) << 2;
      adjoint = t == steps - 1 ? load<f32>(upstream + at) : load<f32>(upstream + at) + load<f32>(decay + at - before) * adjoint;
      store<f32>(dx + at, adjoint);
      store<f32>(dDecay + at, t == 0 ? 0 : adjoint * load<f32>(dDecay + at + before));
    }
  }
}
