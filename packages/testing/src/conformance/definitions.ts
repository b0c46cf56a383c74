import type { OperationName } from '@tweedie/core'
import { cloudDefinitions } from './definitions-clouds.js'
import { elementwiseDefinitions } from './definitions-elementwise.js'
import { indexingDefinitions, normalDefinition } from './definitions-indexing.js'
import { networkDefinitions } from './definitions-network.js'
import { reductionDefinitions } from './definitions-reductions.js'
import type { Outcome } from './expected.js'
import type { Format } from './format.js'

/** What every operation has to give, in plain loops over numbers, independent of any backend. */
export const definitions = (format: Format) => ({
  ...indexingDefinitions,
  ...elementwiseDefinitions,
  ...reductionDefinitions,
  ...cloudDefinitions(format),
  ...networkDefinitions(format),
  ...normalDefinition(format),
})

/** An operation applied to operands: `HostTensor`s, numbers, and arrays and plain objects of them. */
export interface Call {
  readonly operation: OperationName
  readonly operands: readonly unknown[]
}

export const expectedOf = (format: Format, { operation, operands }: Call): Outcome =>
  (definitions(format)[operation] as (...operands: readonly unknown[]) => Outcome)(...operands)
