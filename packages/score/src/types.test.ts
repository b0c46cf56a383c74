import { type Backend, hostMatrix, linear as linearGrid, type Matrix, ornsteinUhlenbeck } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { as, type DensityField, type Field, field, line, type MomentField, mixture, pointCloud } from './index.js'
import { B, matrix } from './test-support.js'

/** What the compiler knows of fields, beside the kinds (kinds.test.ts). A call that does not compile is run as well where it throws. */

/** The native tensor of some other backend. */
interface Foreign {
  readonly handle: number
}

const process = ornsteinUhlenbeck()
const denoise = line(B)(process)
const noise = as('noise', process)(denoise)
const x = matrix(B, [[1, 2]])

describe('fields as types', () => {
  test('good code needs no casts', () => {
    expectTypeOf(as('score', process)(denoise)).toEqualTypeOf<Field<'score', CpuTensor>>()
    expectTypeOf(noise(x, 1)).toEqualTypeOf<Matrix<CpuTensor>>()
    expectTypeOf(field(B, 'v', (rows, t) => B.mul(rows, t))).toEqualTypeOf<Field<'v', CpuTensor>>()
    expectTypeOf(denoise).toEqualTypeOf<MomentField<CpuTensor>>()
    expectTypeOf(denoise).toExtend<DensityField<CpuTensor>>()
    const halved = <N>(C: Backend<N>, source: Field<'noise', N>): Field<'noise', N> =>
      field(C, 'noise', (rows, t) => C.mul(source(rows, t), 0.5))
    expect(halved(B, noise).kind).toBe('noise')
  })

  test('a misspelt kind does not compile', () => {
    // @ts-expect-error 'sorce' is no kind
    expect(as('sorce', process)).toBeTypeOf('function')
    // @ts-expect-error nor is 'epsilon', which the field calls noise
    expect(field(B, 'epsilon', (rows) => rows).kind).toBe('epsilon')
  })

  test('what is not a field does not compile where one is wanted', () => {
    const identity = (rows: Matrix<CpuTensor>): Matrix<CpuTensor> => rows
    // @ts-expect-error a function that says nothing of its kind and backend
    expect(() => as('score', process)(identity)(x, 1)).toThrow(TypeError)
    // @ts-expect-error a tensor
    expect(() => as('score', process)(x)(x, 1)).toThrow(TypeError)
    // @ts-expect-error pointCloud waits for the process
    expect(() => as('score', process)(pointCloud(B, hostMatrix([0, 1], 1, 2)))(x, 1)).toThrow()
  })

  test('a field evaluated on something else than a tensor and a time does not compile', () => {
    // @ts-expect-error numbers are no tensor
    expect(() => denoise([[1, 2]], 1)).toThrow()
    // @ts-expect-error the time is a number on the host
    expect(() => denoise(x, x)).toThrow()
    // @ts-expect-error the time is missing
    expect(() => denoise(x)).toThrow()
    // @ts-expect-error a field of matrices does not give a number
    expect(() => field(B, 'score', (_rows, t) => t)(x, 1)).not.toThrow()
  })

  test('a field of another backend does not compile', () => {
    const wantsForeign = (C: Backend<Foreign>, foreign: Field<'score', Foreign>, rows: Matrix<Foreign>): unknown => {
      // @ts-expect-error a field over cpu tensors is none over Foreign ones
      const first: Field<'noise', Foreign> = noise
      // @ts-expect-error and takes none of them
      const second = noise(rows, 1)
      // @ts-expect-error the function is written for another backend
      const third = field(C, 'score', (y: Matrix<CpuTensor>) => y)
      const fourth = as('noise', process)(foreign)
      expectTypeOf(fourth).toEqualTypeOf<Field<'noise', Foreign>>()
      return [first, second, third, fourth]
    }
    expect(wantsForeign).toBeTypeOf('function')
  })

  test('a process is wanted, not a grid or a time', () => {
    // @ts-expect-error a time grid is no process
    expect(() => as('score', linearGrid(process, 4))(denoise)(x, 1)).toThrow()
    // @ts-expect-error nor is the function α
    expect(() => as('score', (t: number) => Math.exp(-t))(denoise)(x, 1)).toThrow()
    // @ts-expect-error a law waits for a process, not for a time
    expect(() => line(B)(1)(x, 1)).toThrow()
  })

  test('half a component does not compile', () => {
    // @ts-expect-error a component has a covariance
    expect(() => mixture(B, [{ weight: 1, mean: [0, 0] }])).toThrow()
  })
})
