// The exact posterior over a point cloud that is ordered as a tree (formulas §1, the posterior over data), without a visit to every point.
export { treePrepare_f32 } from './tree/prepare'
export { treeVerified_f32 } from './tree/verified'
export { treeCertified_f32 } from './tree/certified'
export { treeNearest_f32 } from './tree/nearest'
