// One fault in one copy: what the property tests make of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { writeFile } from './copy.mjs'
import { tier, withFault } from './plan.mjs'
import { isBroken, isProperty, runTests } from './test-run.mjs'

/** How long a test file may take: a fault can make a loop endless. Ten times what it takes without one, and time to start. */
export const limitOf = (seconds) => 30 + 10 * seconds

const firstLine = ({ errors }) => {
  const message = errors[0]?.message ?? ''
  return (message.match(/^.* does not hold: [^\n]*/)?.[0] ?? errors[0]?.cause ?? message).split('\n')[0].slice(0, 160)
}

const syntaxError = (file, text) =>
  ts.transpileModule(text, { fileName: file, reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ES2022 } })
    .diagnostics?.[0]?.messageText

/**
 * Puts the fault into the copy, runs the tests, and takes it out again. The outcome is `killed` by a property or a law (or by a test file
 * that does not end), `example` where examples beside properties alone notice it, `survived`, or `broken` where the fault is no program.
 */
export const checkFault = async (folder, fault, files, seconds, seed) => {
  const source = readFileSync(join(folder, fault.file), 'utf8')
  const text = withFault(fault, source)
  const wrong = syntaxError(fault.file, text)
  if (wrong !== undefined) return { outcome: 'broken', why: String(wrong), seconds: 0 }
  const near = files.filter((file) => tier(file, fault.file) <= 1).length
  let example
  let done = 0
  const decides = (event) => {
    if (event.type === 'file done') {
      // Once an example has noticed it, properties are looked for in the fault's own package alone.
      done++
      return example !== undefined && done >= near ? { outcome: 'example', by: example } : undefined
    }
    if (event.type !== 'test failed' && event.type !== 'file failed') return undefined
    if (isBroken(event)) return { outcome: 'broken', why: firstLine(event) }
    const by = { file: event.file, test: event.test ?? 'on loading', message: firstLine(event) }
    if (event.type === 'test failed' && isProperty(event)) return { outcome: 'killed', by }
    example ??= by
    return undefined
  }
  writeFile(folder, fault.file, text)
  try {
    const run = await runTests(folder, files, { seed, limits: files.map((file) => limitOf(seconds[file] ?? 0)), decides })
    if (run.outcome === 'timeout')
      return { outcome: 'killed', by: { file: run.file, test: 'does not end', message: '' }, seconds: run.seconds }
    if (run.outcome === 'crashed')
      return { outcome: 'broken', why: `the run ended with status ${run.status}\n${run.printed}`, seconds: run.seconds }
    if (run.outcome !== 'finished') return run
    return example === undefined ? { outcome: 'survived', seconds: run.seconds } : { outcome: 'example', by: example, seconds: run.seconds }
  } finally {
    writeFile(folder, fault.file, source)
  }
}
