import { describe, expect, it } from 'vitest'
import { testInput } from './test-input.js'
import { judgements, standing, verdict } from './verdict.js'

const input = testInput(4)
const withRatio = (ratio: number | null) => ({ ...input, metrics: { ...input.metrics, memorisation: { ratio } } })

describe('judgements', () => {
  it('counts bounds from the floor', () => {
    const [kl, energy, sliced, ratio] = judgements(input)
    expect(kl).toMatchObject({ generated: 0.03, floor: 0.015, allowed: '≤ 0.0650', standing: 'within' })
    expect(energy).toMatchObject({ allowed: '≤ 0.0250', standing: 'within' })
    expect(sliced).toMatchObject({ allowed: '–', standing: 'unjudged' })
    expect(ratio).toMatchObject({ generated: 1.1, allowed: '0.7 to 2.5', standing: 'within' })
  })

  it('stands at the bound within it, and above it beyond', () => {
    expect(standing(0.5, 0.25, 0.25)).toBe('within')
    expect(standing(0.5000001, 0.25, 0.25)).toBe('above')
    expect(standing(Number.NaN, 0.25, 0.25)).toBe('above')
    expect(standing(null, 0.25, 0.25)).toBe('unknown')
    expect(standing(0.5, 0.25, undefined)).toBe('unjudged')
  })
})

describe('verdict', () => {
  it('says that all is within bounds', () => {
    expect(verdict(input)).toEqual({
      passed: true,
      sentence: 'The samples are close to the held-out rows: all 3 measures judged are within bounds.',
      remark: '',
    })
  })

  it('names what fails, and copying', () => {
    const { passed, sentence } = verdict({ ...withRatio(0.3), bounds: { ...input.bounds, klAboveFloor: 0.01 } })
    expect(passed).toBe(false)
    expect(sentence).toContain('miss 2 of 3 bounds')
    expect(sentence).toContain('the mean marginal KL is 0.0300 where ≤ 0.0250 is allowed')
    expect(sentence).toContain('closer to training rows')
    expect(verdict(withRatio(3)).sentence).toContain('farther from training rows')
  })

  it('does not pass a number that is not one', () => {
    expect(verdict(withRatio(Number.NaN)).passed).toBe(false)
  })

  it('tells single columns and missing values apart from the verdict', () => {
    const marginalKl = [0.02, 0.2, 0.02, 0.02]
    const generated = { ...input.metrics.generated, marginalKl }
    const { passed, remark } = verdict({ ...input, metrics: { ...input.metrics, generated, memorisation: { ratio: null } } })
    expect(passed).toBe(true)
    expect(remark).toBe('The KL of 1 of the 4 columns, taken singly, is above the bound. There is no value for the memorisation ratio.')
  })

  it('judges nothing without bounds', () => {
    expect(verdict({ ...input, bounds: {} }).passed).toBeNull()
  })
})
