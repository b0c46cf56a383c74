import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ablation, chosenFor, type Method, methods, methodsNamed } from './methods.mjs'

const folder = mkdtempSync(join(tmpdir(), 'tweedie-methods-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const names = (list: readonly Method[]): readonly string[] => list.map(({ name }) => name)

describe('the methods', () => {
  it('without a list are all but the variants of best; ablation is best and these', () => {
    expect(methodsNamed()).toEqual(methods)
    expect(names(methodsNamed('ablation'))).toEqual(['best', ...names(ablation)])
    expect(names(methodsNamed('kde,best-small,half'))).toEqual(['half', 'kde', 'best-small'])
    expect(() => methodsNamed('best,bets')).toThrow(/no bets; choose among half,.*ablation/)
  })

  it('have scripts and names of their own', () => {
    const all = [...methods, ...ablation]
    expect(new Set(names(all)).size).toBe(all.length)
    expect(new Set(all.map(({ label }) => label)).size).toBe(all.length)
    expect(all.filter(({ script }) => !existsSync(script))).toEqual([])
  })

  it('a variant takes what best chose, and nothing where best has not run', () => {
    const [variant, best] = [ablation[0] as Method, methods.find(({ name }) => name === 'best') as Method]
    const own = join(folder, 'wine', variant.name)
    expect(chosenFor(variant, own)).toEqual({ variant: 'network' })
    mkdirSync(join(folder, 'wine', 'best'), { recursive: true })
    writeFileSync(join(folder, 'wine', 'best', 'meta.json'), JSON.stringify({ settings: { spread: 0.5, step: 'network', floor: 1 } }))
    expect(chosenFor(variant, own)).toEqual({ variant: 'network', spread: 0.5, step: 'network' })
    expect(chosenFor(best, own)).toEqual({})
    writeFileSync(join(folder, 'wine', 'best', 'meta.json'), JSON.stringify({ settings: { floor: 1 } }))
    expect(chosenFor(variant, own)).toEqual({ variant: 'network' })
  })
})
