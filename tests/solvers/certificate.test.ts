import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cpu } from '@tweedie/core/cpu'
import { orderCertificate, type SolverOrder } from '@tweedie/testing'
import { describe, expect, test } from 'vitest'
import { exportedSolvers } from './all-solvers.js'
import { certified } from './certified.js'

// A run measures every order and looks whether the page has every solver with its claims; `npm run certificate` writes the table too.
// biome-ignore lint/suspicious/noUndeclaredEnvVars: turbo runs no tests.
const updating = process.env['UPDATE_DOCS'] === '1'
const page = fileURLToPath(new URL('../../docs/solvers.md', import.meta.url))
const [BEGIN, END] = ['<!-- orders: written by npm run certificate -->', '<!-- end of orders -->']

const B = cpu()
const measured = new Map<string, readonly SolverOrder[]>()
const show = (order: number): string => (Number.isNaN(order) ? '–' : order.toFixed(2))

describe('the certificate of orders', () => {
  test('has every exported solver', () => {
    expect(certified.map(({ name }) => name)).toEqual(expect.arrayContaining([...exportedSolvers.keys()]))
  })

  for (const { name, solver, options, without } of certified)
    test(`${name} has the order that it claims`, async () => {
      const orders = await orderCertificate(B, solver, options)
      measured.set(name, orders)
      for (const { of, claimed, order, margin } of orders.filter((each) => !without.includes(each.of)))
        expect(Math.abs(order - claimed), `${name} claims order ${claimed} ${of} and has ${order}`).toBeLessThanOrEqual(margin)
    })

  test.runIf(updating)('the table is written', () => {
    const text = readFileSync(page, 'utf8')
    const [before, after] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END))]
    const row = ({ name, solver, without }: (typeof certified)[number]): string => {
      const orders = measured.get(name) ?? []
      const cell = (found: SolverOrder | undefined): string =>
        found === undefined ? '' : without.includes(found.of) ? '–' : show(found.order)
      // Four without noise, always in this order; then those with noise by name.
      const cells = [
        ...orders.slice(0, 4),
        ...['in the second moment (weak)', 'along a path (strong)'].map((of) => orders.find((each) => each.of === of)),
      ]
      const claim = solver.strongOrder === undefined ? `${solver.order}` : `${solver.order}, strong ${solver.strongOrder}`
      return `| \`${name}\` | ${solver.kind.toUpperCase()} | ${claim} | ${solver.evaluationsPerStep} | ${cells.map(cell).join(' | ')} |`
    }
    const head =
      '| solver | for | order | evaluations | linear | nonlinear | steps 1 : 3 | mixture flow | weak | strong |\n|---|---|---|---|---|---|---|---|---|---|'
    writeFileSync(page, `${before}${BEGIN}\n\n${head}\n${certified.map(row).join('\n')}\n\n${after}`)
  })

  test('the page has a row for each, with its claim', () => {
    const text = readFileSync(page, 'utf8')
    for (const { name, solver } of certified) expect(text).toContain(`| \`${name}\` | ${solver.kind.toUpperCase()} | ${solver.order}`)
  })
})
