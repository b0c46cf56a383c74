/** Files and folders that are written whole or not at all, and progress. */

export { createProgress, type Progress, type ProgressOptions, type Stage } from './progress.js'
export { duration, shortCount } from './quantity.js'
export { type ReadBytesOptions, readBytes } from './read-bytes.js'
export { type StageOptions, type Staging, stageDirectory } from './stage-directory.js'
export { type FileContent, type WriteFileOptions, writeFileAtomic } from './write-atomic.js'
