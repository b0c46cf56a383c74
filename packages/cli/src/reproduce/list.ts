/** The experiments that `tweedie reproduce` knows, those of each paper in its order. */

import { reproductions as paperB } from '@tweedie/cem'
import { paperA } from './paper-a/index.js'

export const reproductions = [...paperB, ...paperA]
