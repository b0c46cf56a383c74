// Kernels whose loops are unrolled per dimension are written from templates into assembly/generated/, which is not kept.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text as matmul } from './templates/matmul.mjs'
import { text as posteriorPanel } from './templates/posterior-panel.mjs'
import { text as posteriorSmall } from './templates/posterior-small.mjs'
import { text as tree } from './templates/tree.mjs'

/** One file per template: its name under assembly/generated/, and a function that gives its text. */
const templates = [
  { name: 'matmul-tiles.ts', text: matmul },
  { name: 'posterior-panel.ts', text: posteriorPanel },
  { name: 'posterior-small.ts', text: posteriorSmall },
  { name: 'tree.ts', text: tree },
]

/** Writes every template's file that is not up to date. */
export const writeTemplates = (root) => {
  const folder = join(root, 'assembly', 'generated')
  mkdirSync(folder, { recursive: true })
  for (const { name, text } of templates) {
    const [path, contents] = [join(folder, name), text()]
    let found = ''
    try {
      found = readFileSync(path, 'utf8')
    } catch {}
    if (found === contents) continue
    writeFileSync(`${path}.${process.pid}`, contents)
    renameSync(`${path}.${process.pid}`, path)
  }
}
