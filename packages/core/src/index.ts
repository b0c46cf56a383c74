/** The vocabulary of Tweedie: tensors, backends, keys, forward processes, time grids, errors. */
export { activationNames, requireActivation, slopeFrom } from './backend/activation.js'
export type { Backend, Binary, CloudOf, NativeOf, PosteriorOf, Reduction, Unary, Where } from './backend/backend.js'
export { makeBackend, untyped } from './backend/backend.js'
export type { CloudLevel, CloudTree, CloudTreePosterior, TreeQuery } from './backend/cloud-tree.js'
export { deriveKernels, pairSizes } from './backend/derive-kernels.js'
export { concatShape, requireBroadcastTo, requireReshape, resized, sliceAxis } from './backend/indexing-shapes.js'
export {
  adamShape,
  affineShape,
  cloudShape,
  pairShape,
  productShape,
  requireNoise,
  requirePoints,
  slopeShape,
} from './backend/kernel-shapes.js'
export type { Activation, AdamState, AdamStep, Cloud, CloudPosterior, NoiseLevel } from './backend/operands.js'
export type { OperationTable } from './backend/operation-table.js'
export { operationRows, operationTable } from './backend/operation-table.js'
export type { Kernels, Operations, Primitives } from './backend/operations.js'
export { readAndFree } from './backend/read-and-free.js'
export type { ScopeTracker } from './backend/scope.js'
export { forEachTensor, isPromise, requireSynchronous, scopeTracker } from './backend/scope.js'
export {
  broadcastShapes,
  reducedShape,
  requireCount,
  requireRank,
  requireShape,
  resolveAxis,
  sameShape,
  showShape,
  sizeOf,
} from './backend/shape.js'
export type { OperationGroup, OperationName, OperationRow } from './backend/table/row.js'
export type { Refusal, TweedieErrorTag } from './errors.js'
export { aborted, isTweedieError, TweedieError, throwIfAborted, toTweedieError, tweedieError } from './errors.js'
export { turns } from './event-loop.js'
export { exponential } from './grid/exponential.js'
export { karras, uniformLogSnr } from './grid/log-snr.js'
export { linear, power, quadratic } from './grid/power.js'
export type { GridRange, TimeGrid } from './grid/time-grid.js'
export { timeGrid } from './grid/time-grid.js'
export type { HostMatrix } from './host-matrix.js'
export { column, fromRows, hostMatrix, sliceRows, takeColumns, takeRows } from './host-matrix.js'
export type { Prior, Transition } from './process/derived.js'
export { diffusionSquared, drift, prior, sigmaDerivative, transition } from './process/derived.js'
export { edm } from './process/edm.js'
export type { ForwardProcess, ForwardProcessDefinition } from './process/forward-process.js'
export { forwardProcess } from './process/forward-process.js'
export { ornsteinUhlenbeck } from './process/ornstein-uhlenbeck.js'
export { rectifiedFlow } from './process/rectified-flow.js'
export { subVp } from './process/sub-vp.js'
export { vanishingLinear } from './process/vanishing-linear.js'
export { varianceExploding } from './process/variance-exploding.js'
export { vpCosine } from './process/vp-cosine.js'
export type { LinearBeta } from './process/vp-linear.js'
export { vpLinear } from './process/vp-linear.js'
export { choiceWithoutReplacement, choiceWithReplacement, permutation } from './random/choice.js'
export { inverseNormal } from './random/inverse-normal.js'
export type { Key } from './random/key.js'
export { fold, key, split } from './random/key.js'
export { normalArray } from './random/normal.js'
export { philox4x32 } from './random/philox.js'
export { uniformArray } from './random/uniform.js'
export type { Broadcastable, HasAxis, Identical, Joinable, SameCount, SameSize, Stretchable } from './shape-checks.js'
export type { Broadcast, Joined, Matrix, Reduced, Resized, Reversed, Scalar, Shape, Tensor, Vector } from './tensor.js'
export { asyncScope } from './transformers/async-scope.js'
export type { CheckedOptions } from './transformers/checked.js'
export { checked } from './transformers/checked.js'
export type { Counter, OperationCount } from './transformers/counted.js'
export { counted } from './transformers/counted.js'
export type { OperationCall } from './transformers/each-operation.js'
export { eachOperation } from './transformers/each-operation.js'
