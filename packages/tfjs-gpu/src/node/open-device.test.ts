import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { describeAdapter, isSoftware, suits } from './choose-adapter.js'
import { type Adapter, type AdapterInfo, type Dawn, loadDawn, toggleFlags } from './dawn.js'
import { sharedLibraryExists } from './host.js'
import { importOptional } from './import-optional.js'
import { noAdapter } from './no-adapter.js'
import { openDevice } from './open-device.js'
import { findSoftwareDriver, withDriver } from './software-driver.js'
import { loadTensorFlow } from './tensorflow.js'

afterEach(() => vi.unstubAllEnvs())

const named = (device: string, more: Partial<AdapterInfo> = {}): AdapterInfo => ({
  vendor: 'acme',
  architecture: 'one',
  device,
  description: `${device} driver`,
  isFallbackAdapter: false,
  ...more,
})
const big = named('Big GPU')
const small = named('Small GPU', { vendor: 'other' })
const soft = named('Software', { architecture: 'swiftshader', isFallbackAdapter: true })

/** A Dawn with adapters, the first of which it gives unasked; as the real one it lists them when asked for one that is not there. */
const fakeDawn = (infos: readonly AdapterInfo[], requestDevice: Adapter['requestDevice'] = async () => ({ destroy: () => {} })) => {
  const created: string[][] = []
  const adapter = (info: AdapterInfo): Adapter => ({
    info,
    features: new Set(['timestamp-query', 'other']),
    limits: { maxBufferSize: 7 },
    requestDevice,
  })
  const create: Dawn['create'] = (flags) => {
    created.push([...flags])
    const wanted = flags.find((flag) => flag.startsWith('adapter='))?.slice('adapter='.length)
    return {
      requestAdapter: async () => {
        const info = wanted === undefined ? infos[0] : infos.find(({ device }) => device.includes(wanted))
        if (info !== undefined) return adapter(info)
        if (wanted === undefined) return null
        throw new Error(
          `no adapter found\nAvailable adapters:\n${infos.map(({ device }) => ` * backend: 'vulkan', name: '${device}'`).join('\n')}\n`,
        )
      },
    }
  }
  return { dawn: { create, globals: {} }, created }
}

/** So that no driver is looked for. */
const chosenDrivers = () => vi.stubEnv('VK_ICD_FILENAMES', '/nonexistent')

describe('choosing', () => {
  test.each([
    ['the first as it comes', {}, big],
    ['by part of a name in any case', { prefer: 'small' }, small],
    ['by its vendor', { prefer: 'OTHER' }, small],
    ['no software', { software: 'refuse' }, big],
    ['software alone', { software: 'only' }, soft],
  ] as const)('%s', async (_, wish, info) => {
    const { adapter } = await openDevice(fakeDawn([big, small, soft]).dawn, {}, wish)
    expect(adapter.info).toEqual(info)
  })

  test('the device is asked for as TensorFlow.js asks for it', async () => {
    const requestDevice = vi.fn(async () => ({ destroy: () => {} }))
    await openDevice(fakeDawn([big], requestDevice).dawn, {}, {})
    expect(requestDevice).toHaveBeenCalledWith({
      requiredFeatures: ['timestamp-query'],
      requiredLimits: expect.objectContaining({ maxBufferSize: 7 }),
    })
  })

  test('toggles go into every WebGPU that is made', async () => {
    const { dawn, created } = fakeDawn([big, small])
    await openDevice(
      dawn,
      { enable: ['skip_validation', 'dump_shaders'], disable: ['lazy_clear_resource_on_first_use'] },
      { prefer: 'small' },
    )
    const flags = ['enable-dawn-features=skip_validation,dump_shaders', 'disable-dawn-features=lazy_clear_resource_on_first_use']
    expect(created.length).toBeGreaterThan(1)
    for (const one of created) expect(one.slice(0, 2)).toEqual(flags)
    expect(toggleFlags({})).toEqual([])
  })

  test('software is told by the flag, or by the names of what is known', () => {
    expect([big, soft, named('x', { architecture: 'llvmpipe' })].map(isSoftware)).toEqual([false, true, true])
    expect(suits(soft, { software: 'refuse' })).toBe(false)
    expect(describeAdapter({ ...big, device: 'acme' })).toBe('acme, one, Big GPU driver')
  })

  test('an adapter that gives no device', async () => {
    const { dawn } = fakeDawn([big], () => Promise.reject(new Error('limit too large')))
    await expect(openDevice(dawn, {}, {})).rejects.toMatchObject({
      _tag: 'Unsupported',
      what: expect.stringMatching(/Big GPU.*limit too large/),
    })
  })

  test('none that suits: what there is', async () => {
    chosenDrivers()
    await expect(openDevice(fakeDawn([big, small]).dawn, {}, { software: 'only' })).rejects.toThrow(
      /no adapter that is software; there are acme.*; other/,
    )
    await expect(openDevice(fakeDawn([]).dawn, {}, {})).rejects.toMatchObject({ _tag: 'Unsupported', where: 'webgpu' })
  })
})

describe('no adapter', () => {
  test.skipIf(process.platform !== 'linux')('a missing loader and a missing driver have different mends (Linux)', () => {
    vi.stubEnv('VK_ICD_FILENAMES', undefined)
    expect(noAdapter(() => false).message).toMatch(/libvulkan\.so\.1\) is missing\. .*apt install libvulkan1/)
    expect(noAdapter(() => true).message).toMatch(/finds no driver\. .*VK_ICD_FILENAMES at SwiftShader's vk_swiftshader_icd\.json/)
    chosenDrivers()
    expect(noAdapter(() => true).message).toMatch(/finds no driver in VK_ICD_FILENAMES \(\/nonexistent\)/)
  })

  test.skipIf(process.platform !== 'linux')('shared libraries are found as the loader finds them (Linux)', () => {
    expect(sharedLibraryExists('libm.so.6') || sharedLibraryExists('libc.so')).toBe(true)
    expect(sharedLibraryExists('libabacus.so.1')).toBe(false)
  })
})

describe.skipIf(process.platform !== 'linux')('a software driver (Linux)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweedie-driver-'))
  const manifest = join(folder, 'icd.json')
  writeFileSync(manifest, '{}')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is the first that is there, unless the user has chosen', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', undefined)
    vi.stubEnv('VK_DRIVER_FILES', undefined)
    expect(await findSoftwareDriver([join(folder, 'none.json'), manifest])).toBe(manifest)
    expect(await findSoftwareDriver([])).toBeUndefined()
    chosenDrivers()
    expect(await findSoftwareDriver([manifest])).toBeUndefined()
  })

  test('is in the environment for as long as the work lasts', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', undefined)
    const seen = withDriver('/a.json', async () => process.env['VK_ICD_FILENAMES'])
    expect(await seen).toBe('/a.json')
    await expect(withDriver('/a.json', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect('VK_ICD_FILENAMES' in process.env).toBe(false)
  })
})

describe('optional packages', () => {
  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find package '${name}' imported from x.js`), { code: 'ERR_MODULE_NOT_FOUND' })

  test('one that is not installed is named with the line that installs it', async () => {
    const refused = (name: string) => ({
      _tag: 'Unsupported',
      where: 'webgpu',
      what: `the npm package ${name} is not installed`,
      mend: expect.stringMatching(/npm install webgpu @tensorflow\/tfjs-core @tensorflow\/tfjs-backend-webgpu$/) as string,
    })
    await expect(loadDawn(() => Promise.reject(missing('webgpu')))).rejects.toMatchObject(refused('webgpu'))
    const core = '@tensorflow/tfjs-core'
    await expect(loadTensorFlow(() => Promise.reject(missing(core)))).rejects.toMatchObject(refused(core))
    const backend = '@tensorflow/tfjs-backend-webgpu'
    await expect(
      loadTensorFlow(
        async () => ({}),
        () => Promise.reject(missing(backend)),
      ),
    ).rejects.toMatchObject(refused(backend))
  })

  test("Node's own error of a package that is not there is understood", async () => {
    const direct = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', "import('tweedie-no-such-package').catch((e) => console.log(e.code + '|' + e.message))"],
      { encoding: 'utf8' },
    ).stdout.trim()
    const [code = '', message = ''] = direct.split('|')
    const error = Object.assign(new Error(message), { code })
    await expect(importOptional('tweedie-no-such-package', () => Promise.reject(error))).rejects.toThrow(
      /the npm package tweedie-no-such-package is not installed\. .*npm install webgpu/,
    )
  })

  test('one that cannot start here says why', async () => {
    const noBinary = Object.assign(new Error("Cannot find module '/x/node_modules/webgpu/dist/aix-ppc64/dawn.node'\nRequire stack"), {
      code: 'MODULE_NOT_FOUND',
    })
    await expect(loadDawn(() => Promise.reject(noBinary))).rejects.toMatchObject({
      _tag: 'Unsupported',
      what: expect.stringMatching(/webgpu cannot start on .*under Node v.*dawn\.node'$/),
      cause: noBinary,
    })
  })
})
