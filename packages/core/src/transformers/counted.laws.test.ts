import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sizeOf } from '../backend/shape.js'
import { cpu } from '../cpu/cpu.js'
import { counted } from './counted.js'

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 })

describe('the bytes that counted backends count', () => {
  test.each([
    ['float64', 8],
    ['float32', 4],
  ] as const)('are those of the operands and the result at the width of %s', (dtype, width) => {
    fc.assert(
      fc.property(shapes, fc.nat(3), (shape, times) => {
        const B = counted(cpu({ dtype }))
        const x = B.full(shape, 2)
        B.resetCounts()
        for (let k = 0; k < times; k++) B.exp(x)
        B.add(x, x)
        // An exp reads x and writes as much; an add reads two operands.
        expect(B.totals()).toMatchObject({ calls: times + 1, bytes: width * sizeOf(shape) * (2 * times + 3) })
      }),
    )
  })
})
