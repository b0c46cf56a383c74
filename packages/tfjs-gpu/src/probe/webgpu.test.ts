import { afterAll, describe, expect, it } from 'vitest'
import { tfjs } from '../index.js'
import { webgpu } from '../node/index.js'
import type { Arithmetic } from '../operations/names.js'
import { runOn } from '../operations/run.js'
import { ways } from '../operations/ways.js'
import type { Tf } from '../tf.js'
import { probe } from './probe.js'

const opened = await webgpu().catch(() => undefined)
afterAll(() => opened?.dispose())

describe.skipIf(opened === undefined)('the probe of a WebGPU device (skipped where there is no adapter)', () => {
  const tf = opened?.tf as Tf

  it('finds single precision, and leaves nothing behind, the flags included', async () => {
    const [before, forward] = [tf.memory().numTensors, tf.env().getBool('WEBGPU_CPU_FORWARD')]
    const { backend, significandBits, declared, largestTensor } = (await tfjs(tf)).describe()
    expect([tf.memory().numTensors, tf.env().getBool('WEBGPU_CPU_FORWARD')]).toEqual([before, forward])
    expect([backend, significandBits]).toEqual(['webgpu', 24])
    // The least that the WebGPU specification lets a device bind: 128 MiB.
    expect(largestTensor).toBeGreaterThanOrEqual(2 ** 25)
    for (const name of ['exp', 'log', 'tanh', 'sigmoid', 'erf', 'sin', 'cos'])
      expect((declared.tolerances[name] as { ulp: number }).ulp, name).toBeLessThan(10)
  })

  it('finds ways without the programs of this package too', async () => {
    const run = runOn(tf)
    const O = {} as Arithmetic
    const found = await probe(run, ways(run, O, {}), O)
    for (const [name, { verdict }] of Object.entries(found.choices)) expect(verdict.wrong, name).toEqual([])
    for (const name of ['tanh', 'sin', 'cos', 'erf', 'sum'] as const) expect(found.choices[name].verdict.ulp, name).toBeLessThan(8)
  })
})
