import { type ForwardProcess, ornsteinUhlenbeck } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { as, type DensityField, type Field, field, line } from './index.js'
import { B, matrix } from './test-support.js'

// What does not compile is as much a part of the contract as what does; `tsc --noEmit` checks the expected errors below.
const langevin = (score: Field<'score', CpuTensor>): Field<'score', CpuTensor> => score
const guided = (source: DensityField<CpuTensor>): DensityField<CpuTensor> => source

describe('kinds in the types', () => {
  const process: ForwardProcess = ornsteinUhlenbeck()
  const denoise = line(B)(process)
  const noise = as('noise', process)(denoise)

  it('accepts a field of the kind that is wanted', () => {
    expect(langevin(as('score', process)(denoise)).kind).toBe('score')
    expect(langevin(as('score', process)(noise)).kind).toBe('score')
    expect(guided(denoise).kind).toBe('denoiser')
    const mine = field(B, 'score', (x, t) => B.mul(x, -t))
    expect(langevin(mine)(matrix(B, [[1, 2]]), 1).shape).toEqual([1, 2])
  })

  it('does not compile with a field of another kind', () => {
    // @ts-expect-error a noise field is no score field
    expect(langevin(noise).kind).toBe('noise')
    // @ts-expect-error a denoiser is no score field
    expect(langevin(denoise).kind).toBe('denoiser')
    // @ts-expect-error a bare function says nothing of its kind
    expect(langevin((x: Parameters<typeof denoise>[0]) => x).kind).toBeUndefined()
    // @ts-expect-error a field without a log-density is no density field
    expect(guided(field(B, 'denoiser', (x) => x)).logDensity).toBeUndefined()
    // @ts-expect-error there is no such kind
    expect(as('epsilon', process)).toBeTypeOf('function')
  })
})
