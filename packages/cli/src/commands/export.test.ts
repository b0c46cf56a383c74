import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpu } from '@tweedie/core/cpu'
import { decodeGenerator } from '@tweedie/density'
import { decodeSafetensors, loadParameters, mlp } from '@tweedie/nn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from '../main.js'
import { readTable } from '../tables/index.js'
import { collect } from '../test-streams.js'

const root = mkdtempSync(join(tmpdir(), 'export-'))
const at = (name: string): string => join(root, name)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const tweedie = async (...args: string[]): Promise<{ status: number; err: string }> => {
  const [stdout, stderr] = [collect(), collect()]
  return { status: await main(args, { stdout: stdout.stream, stderr: stderr.stream }), err: stderr.text() }
}

beforeAll(async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${Math.cos(i)},${Math.sin(i * i)}`)
  writeFileSync(at('table.csv'), `a,b c\n${rows.join('\n')}\n`)
  const quick = ['--labels', '60', '--training-steps', '10', '--steps', '4', '--hidden', '8', '--batch', '16', '--quiet']
  expect(await tweedie('fit', at('table.csv'), '--out', at('model'), ...quick)).toEqual({ status: 0, err: '' })
}, 60_000)

const tensorsOf = (bytes: Uint8Array) => {
  const read = decodeSafetensors(bytes)
  if (read._tag === 'Left') throw read.left
  return read.right
}

test('.safetensors holds the weights of the model under PyTorch’s names, in the type they have', async () => {
  expect(await tweedie('export', at('model'), '--out', at('weights.safetensors'))).toEqual({ status: 0, err: '' })
  const model = tensorsOf(readFileSync(at('model/model.safetensors'))).tensors
  const bytes = readFileSync(at('weights.safetensors'))
  const { tensors, metadata } = tensorsOf(bytes)
  expect([...tensors.keys()].sort()).toEqual(['0.bias', '0.weight', '2.bias', '2.weight'])
  for (const [name, tensor] of tensors) expect(tensor).toEqual(model.get(`network.${name}`))
  expect(JSON.parse(metadata.get('network') ?? '')).toEqual({ sizes: [2, 8, 2], activation: 'tanh', outputActivation: 'identity' })
  expect(loadParameters(cpu(), mlp([2, 8, 2]), bytes)._tag).toBe('Right')
})

test('.onnx is written whole, with the names of the columns, and the same bytes again', async () => {
  for (const name of ['a.onnx', 'b.onnx']) expect(await tweedie('export', at('model'), '--out', at(name))).toEqual({ status: 0, err: '' })
  const bytes = readFileSync(at('a.onnx'))
  expect(readFileSync(at('b.onnx'))).toEqual(bytes)
  expect(bytes.includes('["a","b c"]')).toBe(true)
  // The column maps are in it as they are in the model: the first value of the first map, in float64.
  const generator = decodeGenerator(cpu(), readFileSync(at('model/model.safetensors')))
  if (generator._tag === 'Left') throw generator.left
  const values = generator.right.columns?.[0]?.values as Float64Array
  expect(bytes.includes(Buffer.from(values.buffer, values.byteOffset, values.byteLength))).toBe(true)
})

test('sample writes every kind of table, and the names of the columns come back from all but .npy', async () => {
  const seen: unknown[] = []
  for (const ending of ['csv', 'tsv', 'npy', 'parquet', 'arrow', 'feather', 'arrows', 'parquet.gz', 'arrow.gz']) {
    const path = at(`rows.${ending}`)
    expect(await tweedie('sample', at('model'), '--count', '5', '--out', path, '--quiet')).toEqual({ status: 0, err: '' })
    const table = await readTable(path)()
    if (table._tag === 'Left') throw table.left
    const { names, columns } = table.right
    expect(names).toEqual(ending === 'npy' ? ['column1', 'column2'] : ['a', 'b c'])
    seen.push(columns.map(({ values }) => [...values]))
  }
  for (const one of seen) expect(one).toEqual(seen[0])
})

test('refusals leave no file', async () => {
  for (const [folder, name, message] of [
    ['model', 'model.pt', /ends in \.onnx or \.safetensors/],
    ['none', 'x.onnx', /there is no such folder/],
    ['model', 'none/x.onnx', /does not exist/],
  ] as const) {
    const { status, err } = await tweedie('export', at(folder), '--out', at(name))
    expect(status).toBe(2)
    expect(err).toMatch(message)
    expect(existsSync(at(name))).toBe(false)
  }
  expect(readdirSync(root).filter((name) => name.includes('.tweedie-'))).toEqual([])
})
