/** @file Online learners: they play a point, then see a gradient. */

/** An online learner as pure functions of its state. */
export interface OnlineLearner<S> {
  /** The state before the first round. */
  init(): S;
  /** The point of this round. */
  play(state: S): Float64Array;
  /** The state after a round, of the loss's gradient at the point that was played and, where the learner takes hints, of a guess of the next gradient. */
  observe(state: S, gradient: ArrayLike<number>, hint?: ArrayLike<number>): S;
}
