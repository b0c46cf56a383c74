import { availableParallelism, loadavg } from 'node:os'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backendNames } from '../../playground/src/setup.js'
import { chromiumPath } from '../browser/browser.js'
import { buildAndServe, launch, type Site } from './site.js'
import { type Arriving, dotsOf, shareNear, small, type Visit, visit } from './visit.js'

const title = `the playground${chromiumPath ? '' : ' (skipped: there is no chromium here)'}`

describe.skipIf(!chromiumPath)(title, () => {
  let [browser, site] = [undefined as Browser | undefined, undefined as Site | undefined]
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(chromiumPath!), buildAndServe()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  /** A visit that ends without a complaint. */
  const visiting = async (arriving: Arriving, body: (visit: Visit) => Promise<void>): Promise<void> => {
    const here = await visit(browser!, site!.url, arriving)
    try {
      await body(here)
      expect(here.complaints).toEqual([])
    } finally {
      await here.page.context().close()
    }
  }

  /** Sends the slider of t to a step. */
  const seek = (page: Visit['page'], step: number): Promise<void> =>
    page.evaluate(`{ const time = document.querySelector('#time'); time.value = ${step}; time.dispatchEvent(new Event('input')) }`)

  test('a first visit sees the flow run by itself, and axe has nothing against the page', async () => {
    await visiting({ calm: false }, async ({ page, rested, points, violations, heard, until }) => {
      await until('heard.some(({ kind }) => kind === "frame")')
      await rested()
      await until('!document.querySelector("#play").classList.contains("playing")', 15_000)
      expect(await points()).toBe(400)
      expect((await heard()).filter(({ kind }) => kind === 'frame')).toHaveLength(61)
      expect(await page.evaluate('crossOriginIsolated')).toBe(true)
      expect(await page.getAttribute('#picture', 'aria-label')).toMatch(/2,000 particles at t = 0\.0/)
      expect(await violations()).toEqual([])
    })
  })

  test.each(['light', 'dark'] as const)(
    'axe has nothing against the page before a run, in the %s colours and with everything unfolded',
    async (colorScheme) => {
      await visiting({ context: { colorScheme } }, async ({ page, violations }) => {
        await page.check('input[value="field"]')
        expect(await violations()).toEqual([])
      })
    },
  )

  test('a mouse draws and erases, and what was drawn is taken back', async () => {
    await visiting({ with: { ...small, points: [] } }, async ({ page, points, heard }) => {
      await page.waitForSelector('#invitation')
      expect(await page.isDisabled('#run')).toBe(true)
      const { x, y, width } = (await page.locator('#board').boundingBox())!
      const stroke = async (from: number, to: number, height: number) => {
        await page.mouse.move(x + from * width, y + height * width)
        await page.mouse.down()
        await page.mouse.move(x + to * width, y + height * width, { steps: 12 })
        await page.mouse.up()
      }
      await stroke(0.2, 0.8, 0.25)
      // 0.6 of the side of 8.2 units, a point every 0.14 and one at the start.
      const drawn = await points()
      expect(drawn).toBeGreaterThanOrEqual(34)
      expect(drawn).toBeLessThanOrEqual(36)
      const inked = await dotsOf(page, 'point')
      expect(inked.length).toBeGreaterThan(drawn)
      // All of them lie on the stroke: at 4.1 − 0.25 · 8.2, a dot's radius or so away.
      for (const [, up] of inked) expect(Math.abs(up - 2.05)).toBeLessThan(0.12)
      await page.check('input[value="erase"]', { force: true })
      await stroke(0.5, 0.8, 0.25)
      expect(await points()).toBeLessThan(0.6 * drawn)
      await page.keyboard.press('Control+z')
      expect(await points()).toBe(drawn)
      await page.click('#undo')
      expect(await points()).toBe(0)
      expect((await heard()).filter(({ kind }) => kind === 'failed')).toEqual([])
    })
  })

  test('the keyboard alone draws, runs, and looks at another time', async () => {
    await visiting({ with: { ...small, points: [] } }, async ({ page, points, rested }) => {
      const focused = (): Promise<string> => page.evaluate('document.activeElement?.id ?? ""')
      const tabTo = async (id: string) => {
        for (let k = 0; k < 40 && (await focused()) !== id; k++) await page.keyboard.press('Tab')
        expect(await focused()).toBe(id)
      }
      await tabTo('board')
      for (const key of ['ArrowRight', 'Enter', 'Shift+ArrowUp', 'Space', 'Shift+ArrowLeft', 'ArrowLeft', 'Enter'])
        await page.keyboard.press(key)
      expect(await points()).toBe(3)
      expect(await page.textContent('#status')).toBe('3 points')
      await page.keyboard.press('Delete')
      expect(await points()).toBe(2)
      await page.keyboard.press('Control+z')
      await tabTo('run')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#status:has-text("200 particles have arrived")', { state: 'attached' })
      await rested()
      await page.keyboard.press('Shift+Tab')
      for (let k = 0; k < 20 && (await focused()) !== 'time'; k++) await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Home')
      expect(await page.getAttribute('#time', 'aria-valuetext')).toBe('t = 1.00, step 0 of 16')
    })
  })

  test('a touch draws on a phone, where nothing scrolls sideways', async () => {
    const context = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }
    await visiting({ with: { ...small, points: [] }, context }, async ({ page, points, rested, violations }) => {
      const { x, y, width } = (await page.locator('#board').boundingBox())!
      for (const share of [0.3, 0.5, 0.7]) await page.touchscreen.tap(x + share * width, y + share * width)
      expect(await points()).toBe(3)
      await page.tap('#run')
      await page.waitForSelector('#reading')
      await rested()
      for (const details of await page.locator('summary').all()) await details.tap()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
      expect(await violations()).toEqual([])
    })
  })

  test('on every backend there is, particles flow from noise to the points', { timeout: 120_000 }, async () => {
    await visiting({ with: small }, async ({ page, rested, heard, until, drawn }) => {
      await page.focus('#backend')
      await until(`document.querySelector('#backend-told').childElementCount > 0`, 60_000)
      const ran: string[] = []
      for (const backend of backendNames) {
        const option = page.locator(`#backend option[value="${backend}"]`)
        if (await option.isDisabled()) {
          // One that is not here says why.
          const why = await page.textContent('#backend-told')
          expect(why).toMatch(/not here\. .{10}/)
          continue
        }
        await page.selectOption('#backend', backend)
        await page.click('#run')
        await until(`document.querySelector('#status').textContent === '200 particles have arrived'`, 60_000)
        await rested()
        await page.uncheck('input[value="points"]')
        // Dots are a few pixels wide: 0.15 is their radius and the noise of 0.01 that is left at the end.
        const [final] = [await dotsOf(page, 'particle')]
        expect(final.length).toBeGreaterThan(100)
        expect([backend, shareNear(final, small.points, 0.15)]).toEqual([backend, 1])
        await seek(page, 0)
        await drawn()
        // 200 normals: a ring of radius 2 and width 0.3 holds 8 % of them.
        expect(shareNear(await dotsOf(page, 'particle'), small.points, 0.15)).toBeLessThan(0.4)
        ran.push(backend)
      }
      console.info(`the playground ran on ${ran.join(', ')}`)
      expect(ran).toEqual(expect.arrayContaining(['cpu', 'wasm']))
      expect((await heard()).filter(({ kind }) => kind === 'failed')).toEqual([])
    })
  })

  test('score and density of the time of the slider are drawn, and change with it', async () => {
    await visiting({ with: small }, async ({ page, until, drawn }) => {
      const ground = (): Promise<string> => page.evaluate(`document.querySelector('#picture').toDataURL()`)
      const answers = (): Promise<number> => page.evaluate(`heard.filter(({ kind }) => kind === 'field').length`)
      await until(`heard.some(({ kind }) => kind === 'field')`)
      const pictures = new Set([await ground()])
      for (const step of [8, 14]) {
        const before = await answers()
        await seek(page, step)
        await until(`heard.filter(({ kind }) => kind === 'field').length > ${before}`)
        await drawn()
        pictures.add(await ground())
      }
      await page.check('input[value="field"]')
      await drawn()
      pictures.add(await ground())
      expect(pictures.size).toBe(4)
    })
  })

  test('a generator is trained: a loss that falls, samples near the points, the map, the pollution', { timeout: 90_000 }, async () => {
    await visiting({ with: { ...small, particles: 500 } }, async ({ page, rested, heard, violations, drawn }) => {
      await page.uncheck('input[value="density"]')
      await page.selectOption('#length', 'short')
      await page.click('#train')
      await page.waitForSelector('#reading strong', { timeout: 60_000 })
      await rested()
      const losses = (await heard()).flatMap(({ loss }) => (loss === undefined ? [] : [loss]))
      expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!)
      const share = Number.parseFloat((await page.textContent('#reading strong'))!) / 100
      expect(share).toBeLessThan(0.6)
      expect(await page.textContent('#status')).toContain('polluted')
      expect(await page.textContent('#reading')).toMatch(/of 500 samples/)
      const dots = await dotsOf(page, 'particle')
      expect(dots.length).toBeGreaterThan(100)
      expect(await violations()).toEqual([])
      const withMap: string = await page.evaluate(`document.querySelector('#picture').toDataURL()`)
      await page.uncheck('input[value="map"]')
      await drawn()
      expect(await page.evaluate(`document.querySelector('#picture').toDataURL()`)).not.toBe(withMap)
    })
  })

  test('a network is trained, and a training is cancelled', { timeout: 90_000 }, async () => {
    await visiting({ with: small }, async ({ page, rested, heard, until }) => {
      await page.selectOption('#length', 'short')
      await page.check('input[value="cem"]', { force: true })
      await page.click('#train')
      await page.waitForSelector('#reading strong', { timeout: 60_000 })
      await rested()
      await page.selectOption('#length', 'long')
      await page.check('input[value="ddpm"]', { force: true })
      await page.click('#train')
      await until(`heard.filter(({ kind }) => kind === 'progress').at(-1)?.loss > 0 && !document.querySelector('#work').hidden`)
      await page.click('#cancel')
      await until(`heard.some(({ kind }) => kind === 'cancelled')`)
      expect(await page.isHidden('#work')).toBe(true)
      // What it held is free: the next flow ends with what every flow ends with.
      await page.click('#run')
      await until(`document.querySelector('#status').textContent === '200 particles have arrived'`)
      const samples = (await heard()).filter(({ kind }) => kind === 'samples')
      expect(samples).toHaveLength(1)
      const live = (await heard()).filter(({ kind }) => kind === 'done').map(({ liveTensors }) => liveTensors)
      expect(new Set(live).size).toBe(1)
    })
  })

  test('a link holds the setup: another page, and a reload, have the same', async () => {
    await visiting({ with: small, context: { permissions: ['clipboard-read', 'clipboard-write'] } }, async ({ page, points }) => {
      await page.selectOption('#preset', 'spiral')
      await page.selectOption('#process', 'rectified-flow')
      await page.selectOption('#grid', 'quadratic')
      await page.selectOption('#solver', 'heun')
      await page.fill('#seed', '77')
      await page.press('#seed', 'Enter')
      await page.click('#copy-link')
      const link: string = await page.evaluate('navigator.clipboard.readText()')
      const shown = (of: Visit['page']): Promise<unknown> =>
        of.evaluate(`['process', 'grid', 'solver', 'backend', 'steps', 'count', 'seed'].map((id) => document.getElementById(id).value)`)
      expect(await shown(page)).toEqual(['rectified-flow', 'quadratic', 'heun', 'wasm', '16', '200', '77'])
      await visiting({ with: new URL(link).hash.slice(1) }, async (other) => {
        expect(await shown(other.page)).toEqual(await shown(page))
        expect(await other.points()).toBe(400)
        expect(await other.page.getAttribute('#picture', 'aria-label')).toBe(await page.getAttribute('#picture', 'aria-label'))
      })
      await page.reload()
      expect(await points()).toBe(400)
      expect(page.url()).toBe(link)
    })
  })

  test('a bad link is refused in three sentences, and one starts anew', async () => {
    await visiting({ with: '1~vp-linear~log-snr~nobody~wasm~16~200~3~0~' }, async ({ page, points, violations }) => {
      const refusal = page.locator('#refusal')
      expect(await refusal.locator('p').allTextContents()).toEqual([
        `No solver is called 'nobody'.`,
        'Where: setup, solver.',
        'Use one of euler, heun, rk4, ddim, dpm-solver-2m.',
      ])
      expect(await violations()).toEqual([])
      await refusal.getByRole('button').click()
      expect(await refusal.isVisible()).toBe(false)
      expect(await points()).toBe(400)
    })
  })

  test('numbers out of their limits and files without numbers are refused, and change nothing', async () => {
    await visiting({ with: small }, async ({ page, points, until }) => {
      await page.fill('#steps', '100000')
      await page.press('#steps', 'Enter')
      await page.waitForSelector('#refusal:has-text("100000")')
      expect(await page.getAttribute('#steps', 'aria-invalid')).toBe('true')
      await page.setInputFiles('#file', { name: 'words.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n3,four') })
      await page.waitForSelector('#refusal:has-text("words.csv")')
      expect(await points()).toBe(40)
      await page.setInputFiles('#file', { name: 'numbers.csv', mimeType: 'text/csv', buffer: Buffer.from('x,y\n1,2\n30,40\n-5,6') })
      await until(`document.querySelector('#status').textContent === '3 points from numbers.csv'`)
      expect([await points(), await page.isVisible('#refusal')]).toEqual([3, false])
    })
  })

  test('nothing is left behind by 1,000 steps and more', async () => {
    await visiting({ with: { ...small, steps: 250 } }, async ({ page, rested, heard, until }) => {
      await page.uncheck('input[value="density"]')
      await rested()
      for (let run = 1; run <= 5; run++) {
        await page.click('#run')
        await until(`heard.filter(({ kind, step }) => kind === 'frame' && step === 250).length === ${run}`)
        await rested()
      }
      const answers = await heard()
      const flows = new Set(answers.filter(({ kind }) => kind === 'frame').map(({ id }) => id))
      const live = answers.filter(({ kind, id }) => kind === 'done' && flows.has(id)).map(({ liveTensors }) => liveTensors)
      expect(live).toHaveLength(5)
      expect(new Set(live).size).toBe(1)
    })
  })

  test('5,000 particles play on wasm at the display rate', async () => {
    await visiting({ with: { ...small, particles: 5_000, steps: 60 }, calm: false }, async ({ page, rested, until }) => {
      await page.uncheck('input[value="density"]')
      await until(`heard.some(({ kind }) => kind === 'frame')`)
      await rested()
      await seek(page, 0)
      await page.click('#play')
      // Between pictures of the display, and how long the page's scripts took for each, over 3 s.
      const { gaps, scripts }: { gaps: readonly number[]; scripts: readonly number[] } = await page.evaluate(`new Promise((done) => {
        const at = []
        const tick = (now) => {
          at.push(now)
          if (now - at[0] < 3000) return ask(tick)
          const sorted = (numbers) => numbers.sort((a, b) => a - b)
          done({ gaps: sorted(at.slice(1).map((time, k) => time - at[k])), scripts: sorted(at.flatMap((time) => scripted.get(time) ?? [])) })
        }
        const ask = requestAnimationFrame
        ask(tick)
      })`)
      const median = (of: readonly number[]): number => of[of.length >> 1]!
      const rate = (1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0)
      console.info(
        `5,000 particles: ${rate.toFixed(1)} pictures a second over 3 s, median interval ${median(gaps).toFixed(1)} ms, scripts ${median(scripts).toFixed(1)} ms of it`,
      )
      expect(await page.getAttribute('#play', 'aria-label')).toBe('Pause') // It played all the time.
      // Sixty a second are 16.7 ms each: scripts leave the browser half of that. Where other programs take the processors, pictures are left out
      // whatever the page does, so the interval is asked for on a machine that has one to spare.
      expect(median(scripts)).toBeLessThan(8)
      if (loadavg()[0]! < availableParallelism()) expect(median(gaps)).toBeLessThan(1000 / 55)
    })
  })
})
