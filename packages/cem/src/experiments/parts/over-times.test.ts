import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimOverTimes, measuresOf, type Outcomes, orderClaims, sizeClaim } from './over-times.js'
import type { OfTimes } from './three-models.js'
import { paperTwoDimensional } from './two-dimensional.js'

const check = (holds: boolean, evidence: string) => ({ holds, evidence })
const models = (cem: number, ddpm: number, sgm: number) => ({ cem, ddpm, sgm })

describe('claims over training times', () => {
  it('hold in full with both kinds of times, under a condition with one', () => {
    const verdict = (paper: boolean, control: boolean) =>
      claimOverTimes(paperTwoDimensional, 's', (times) => (times === 'paper' ? check(paper, 'p') : check(control, 'c')))
    const evidence = "With the paper's training times, p. With log-uniform training times, c."
    expect(verdict(true, true)).toEqual({ statement: 's', verdict: 'reproduced', evidence })
    expect(verdict(false, false)).toEqual({ statement: 's', verdict: 'not reproduced', evidence })
    expect(verdict(true, false)).toMatchObject({
      verdict: 'reproduced under a condition',
      condition: expect.stringContaining('below 0.05'),
    })
    expect(verdict(false, true)).toMatchObject({
      verdict: 'reproduced under a condition',
      condition: expect.stringContaining('log-uniform'),
    })
  })

  it('orders hold where they do at every seed', () => {
    const number = evenly(0, 1)
    const three = fc.tuple(number, number, number)
    fc.assert(
      fc.property(three, three, three, three, (...rows) => {
        const [a, b, c, d] = rows.map((row) => models(...row)) as [OfTimes<number>['paper'], ...OfTimes<number>['paper'][]]
        const outcomes = [
          { paper: a, control: b },
          { paper: c, control: d },
        ] as unknown as Outcomes<number>
        const [first, second] = orderClaims(paperTwoDimensional, outcomes, 'x', (value) => value)
        const cemFirst = rows.map(([x, y, z]) => x < y && x < z)
        const ddpmBeforeSgm = rows.map(([, y, z]) => y < z)
        for (const [claim, holds] of [
          [first, cemFirst],
          [second, ddpmBeforeSgm],
        ] as const) {
          const [paper, control] = [holds[0] && holds[2], holds[1] && holds[3]]
          const verdict = paper && control ? 'reproduced' : paper || control ? 'reproduced under a condition' : 'not reproduced'
          expect(claim?.verdict).toBe(verdict)
        }
      }),
    )
  })

  it('a size holds within a factor of three at every seed, for DDPM and SGM', () => {
    const papers = models(1, 10, 100)
    const verdict = (paper: OfTimes<number>['paper'], control: OfTimes<number>['control']) =>
      sizeClaim(paperTwoDimensional, [{ paper, control }], 'x', papers, (value) => value).verdict
    expect(verdict(models(50, 3.4, 290), models(0, 29, 34))).toBe('reproduced')
    expect(verdict(models(1, 10, 100), models(1, 3.3, 100))).toBe('reproduced under a condition')
    expect(verdict(models(1, 10, 301), models(1, 10, 33))).toBe('not reproduced')
  })

  it("the paper's numbers stand beside its own training times alone", () => {
    const outcomes: Outcomes<number> = [{ paper: models(1, 2, 3), control: models(4, 5, 6) }]
    const measures = measuresOf(outcomes, { quantity: 'x', papers: models(7, 8, 9) }, (value) => value)
    expect(measures.map(({ variant, ours, paper }) => [variant, ours, paper])).toEqual([
      ['CEM', 1, 7],
      ['DDPM', 2, 8],
      ['SGM', 3, 9],
      ['CEM, log-uniform training times', 4, undefined],
      ['DDPM, log-uniform training times', 5, undefined],
      ['SGM, log-uniform training times', 6, undefined],
    ])
  })
})
