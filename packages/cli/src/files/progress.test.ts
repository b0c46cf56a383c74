import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createProgress } from './progress.js'

interface Screen {
  readonly stream: Writable
  readonly written: () => string
}

const screen = (terminal: boolean, columns = 80): Screen => {
  let text = ''
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk)
      done()
    },
  })
  return { stream: Object.assign(stream, terminal ? { isTTY: true, columns } : {}), written: () => text }
}

const clock = (): { readonly now: () => number; readonly pass: (ms: number) => void } => {
  let time = 1000
  const pass = (ms: number): void => {
    time += ms
  }
  return { now: () => time, pass }
}

const escapeCode = '\u001b'
const token = new RegExp(`${escapeCode}\\[\\d*[A-Za-z]|${escapeCode}[78]|\n|\r|[^${escapeCode}\n\r]+`, 'g')

/** What a terminal shows at the end: carriage returns go back, erasing clears; saved positions do not matter on one line. */
const shown = (written: string): readonly string[] => {
  const lines: string[] = ['']
  let column = 0
  for (const part of written.match(token) ?? []) {
    const line = lines.at(-1) as string
    if (part === '\n') {
      lines.push('')
      column = 0
    } else if (part === '\r' || part === `${escapeCode}[1G`) column = 0
    else if (part === `${escapeCode}[0K`) lines[lines.length - 1] = line.slice(0, column)
    else if (part === `${escapeCode}[2K`) lines[lines.length - 1] = ''
    else if (!part.startsWith(escapeCode)) {
      lines[lines.length - 1] = line.slice(0, column) + part + line.slice(column + part.length)
      column += part.length
    }
  }
  return lines
}

describe('a file or a pipe', () => {
  test('gets a line for each tenth, with rate, time left and suffix, and a closing line', () => {
    const { stream, written } = screen(false)
    const { now, pass } = clock()
    const stage = createProgress({ stream, now }).stage('labels', 24_000, 'pairs')
    for (let done = 1; done <= 24_000; done++) {
      pass(1000 / 1200)
      stage.update(done, `loss ${(1 / done).toFixed(1)}`)
    }
    stage.done('saved')
    const lines = written().trimEnd().split('\n')
    expect(lines).toHaveLength(10)
    expect(lines[3]).toBe('labels 40% 1.2k/s, 12 s left, loss 0.0')
    expect(lines[9]).toBe('labels: 24k pairs in 20 s, 1.2k/s, saved')
  })

  test('never more than ten lines a stage, no escapes, whatever is reported', () =>
    fc.assert(
      fc.property(
        fc.nat({ max: 1000 }),
        fc.array(fc.oneof(fc.integer({ min: -10, max: 2000 }), fc.constant(Number.NaN)), { maxLength: 300 }),
        (total, reports) => {
          const { stream, written } = screen(false)
          const { now, pass } = clock()
          const stage = createProgress({ stream, now }).stage('s', total)
          for (const done of reports) {
            pass(10)
            stage.update(done)
          }
          stage.done()
          expect(written().trimEnd().split('\n').length).toBeLessThanOrEqual(10)
          for (const control of [escapeCode, '\r']) expect(written()).not.toContain(control)
          expect(written()).not.toContain('NaN%')
        },
      ),
    ))

  test('a resumed stage counts its rate from where it began, and repeats no tenth', () => {
    const { stream, written } = screen(false)
    const { now, pass } = clock()
    const stage = createProgress({ stream, now }).stage('steps', 100, '', 50)
    pass(1000)
    stage.update(55)
    stage.update(60)
    expect(written()).toBe('steps 60% 10/s, 4.0 s left\n')
  })

  test('notes are lines; a stage that was left or done says no more', () => {
    const { stream, written } = screen(false)
    const progress = createProgress({ stream, now: () => 0 })
    const first = progress.stage('first', 2)
    progress.note('hello')
    progress.stage('second', 2)
    first.update(1)
    first.done()
    progress.stop()
    progress.stop()
    expect(written()).toBe('hello\n')
  })
})

test('quiet prints nothing', () => {
  for (const terminal of [true, false]) {
    const { stream, written } = screen(terminal)
    const progress = createProgress({ stream, quiet: true })
    const stage = progress.stage('s', 10)
    stage.update(5, 'x')
    progress.note('note')
    stage.done('done')
    progress.stop()
    expect(written()).toBe('')
  }
})

describe('a terminal', () => {
  test('gets a bar with percentage, rate, time left and suffix, gone when the stage is done', async () => {
    const { stream, written } = screen(true)
    const { now, pass } = clock()
    const progress = createProgress({ stream, now })
    const stage = progress.stage('training', 1000, 'steps')
    pass(4000)
    stage.update(400, 'loss 0.123')
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(shown(written()).at(-1)?.trimEnd()).toBe(`training ${'█'.repeat(10)}${'░'.repeat(14)} 40% 100/s, 6.0 s left, loss 0.123`)
    pass(6000)
    stage.update(1000)
    stage.done('loss 0.1')
    expect(shown(written())).toEqual(['training: 1.0k steps in 10 s, 100/s, loss 0.1', ''])
  })

  test('a note stands above the bar, which goes on below', async () => {
    const { stream, written } = screen(true)
    const progress = createProgress({ stream })
    const stage = progress.stage('s', 10)
    stage.update(5)
    progress.note('a note')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(shown(written())[0]).toBe('a note')
    expect(shown(written())[1]).toMatch(/^s █{12}░{12} 50%/)
    progress.stop()
    expect(shown(written())).toEqual(['a note', ''])
  })

  test('never wraps: the line is cut to the width', async () => {
    const { stream, written } = screen(true, 30)
    const progress = createProgress({ stream })
    progress.stage('a stage with a long name', 10).update(3, 'x'.repeat(100))
    await new Promise((resolve) => setTimeout(resolve, 150))
    progress.stop()
    for (const line of shown(written())) expect(line.length).toBeLessThan(30)
  })

  test('leaves the cursor shown and the terminal wrapping, and no timer or listener', () => {
    const { stream, written } = screen(true)
    const listeners = process.listenerCount('SIGINT')
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const progress = createProgress({ stream })
    progress.stage('s', 10)
    expect(process.listenerCount('SIGINT')).toBe(listeners)
    expect(timers()).toBe(before + 1)
    progress.stop()
    for (const switched of ['[?25l', '[?7l']) expect(written()).not.toContain(switched)
    expect(timers()).toBe(before)
  })
})
