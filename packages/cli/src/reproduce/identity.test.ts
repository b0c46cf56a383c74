import { cpu } from '@tweedie/core/cpu'
import { wasm } from '@tweedie/wasm'
import { expect, test } from 'vitest'
import { describeBackend } from './identity.js'

test('a backend is told by its name, its numbers, and its build or its adapter', () => {
  expect(describeBackend(cpu())).toBe('cpu, float64')
  const B = wasm({ threads: 1, build: 'plain' })
  expect(describeBackend(B)).toBe('wasm, float32, plain build')
  B.dispose()
  const gpu = (adapter: string) => ({ ...cpu(), name: 'tfjs(webgpu)', describe: () => ({ backend: 'webgpu', adapter }) })
  expect(describeBackend(gpu('acme one'))).toBe('tfjs(webgpu), float64, acme one')
  expect(describeBackend(gpu(''))).toBe('tfjs(webgpu), float64')
})
