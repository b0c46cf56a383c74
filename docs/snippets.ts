import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/**
 * The code of the documentation as modules. The `ts` blocks of a page follow one another in one TypeScript module, at the very lines
 * where the page has them, so a line of the module is a line of the page. A block that declares a name anew starts a module of its own,
 * which the later blocks join; importing a name again is no declaration. A block marked `ts no-run` is type-checked but not run: it
 * stands in a function that nobody calls.
 */

export const root = fileURLToPath(new URL('..', import.meta.url))
const output = join(root, 'out', 'snippets')

/** A fenced block: its code, the (zero-based) line of its opening fence, and whether it is to be run. */
export interface Block {
  readonly fence: number
  readonly code: string
  readonly run: boolean
}

/** The `ts` blocks of a page. A block that is never closed ends with the page. */
export const blocksOf = (markdown: string): readonly Block[] => {
  const lines = markdown.split(/\r?\n/)
  const blocks: Block[] = []
  for (let i = 0; i < lines.length; i++) {
    const open = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/.exec(lines[i] as string)
    if (open === null) continue
    const [, indent, marks, language, rest] = open as unknown as [string, string, string, string, string]
    const fence = i
    const code: string[] = []
    for (i++; i < lines.length && !((lines[i] as string).trim().startsWith(marks) && /^\s*[`~]+\s*$/.test(lines[i] as string)); i++) {
      const line = lines[i] as string
      code.push(line.startsWith(indent) ? line.slice(indent.length) : line.trimStart())
    }
    if (language === 'ts' || language === 'typescript') blocks.push({ fence, code: code.join('\n'), run: !/\bno-run\b/.test(rest) })
  }
  return blocks
}

const parse = ({ code }: Block): ts.SourceFile => ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022, true)

const countLines = (text: string): number => text.split('\n').length - 1

/** What is left of an import once the names that were imported before are taken out; `undefined` when nothing is. */
const freshImport = (declaration: ts.ImportDeclaration, source: ts.SourceFile, seen: Map<string, string>): string | undefined => {
  const from = declaration.moduleSpecifier.getText(source)
  const clause = declaration.importClause
  if (clause === undefined) return `import ${from}`
  const fresh = (local: string, what: string): boolean => {
    const known = seen.get(local) === `${what} of ${from}`
    if (!known) seen.set(local, `${what} of ${from}`)
    return !known
  }
  const bindings = clause.namedBindings
  const main = clause.name !== undefined && fresh(clause.name.text, 'default') ? [clause.name.text] : []
  const namespace =
    bindings !== undefined && ts.isNamespaceImport(bindings) && fresh(bindings.name.text, '*') ? [bindings.getText(source)] : []
  const named =
    bindings !== undefined && ts.isNamedImports(bindings)
      ? bindings.elements
          .filter(({ name, propertyName }) => fresh(name.text, (propertyName ?? name).text))
          .map((element) => element.getText(source))
      : []
  const names = [...main, ...namespace, ...(named.length > 0 ? [`{ ${named.join(', ')} }`] : [])]
  const type = clause.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type ' : ''
  return names.length === 0 ? undefined : `import ${type}${names.join(', ')} from ${from}`
}

/** The names that a block brings into its module, each with what it stands for: an import, or the block's own declaration. */
const namesOf = (block: Block): ReadonlyMap<string, string> => {
  const names = new Map<string, string>()
  const source = parse(block)
  const own = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.set(name.text, `line ${block.fence}`)
    else for (const element of name.elements) if (ts.isBindingElement(element)) own(element.name)
  }
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) freshImport(statement, source, names)
    else if (!block.run) continue
    else if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) own(name)
    else if (isNamed(statement) && statement.name !== undefined) own(statement.name)
  }
  return names
}

const isNamed = (node: ts.Node): node is ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration =>
  ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)

/** The blocks of a page, parted into modules: a new one begins where a block would declare a name that the module has. */
export const partsOf = (blocks: readonly Block[]): readonly (readonly Block[])[] => {
  const parts: Block[][] = []
  let taken = new Map<string, string>()
  for (const block of blocks) {
    const names = namesOf(block)
    const clash = [...names].some(([name, meaning]) => taken.has(name) && taken.get(name) !== meaning)
    if (clash || parts.length === 0) {
      parts.push([])
      taken = new Map()
    }
    parts.at(-1)?.push(block)
    for (const [name, meaning] of names) taken.set(name, meaning)
  }
  return parts
}

/** The module of some blocks: with `all` for the type check (blocks not to be run included), else for running. */
export const moduleOf = (blocks: readonly Block[], { all }: { readonly all: boolean }): string => {
  const seen = new Map<string, string>()
  let text = ''
  for (const block of blocks) {
    const { fence, code, run } = block
    if (!run && !all) continue
    const source = parse(block)
    const imports: string[] = []
    let body = ''
    let at = 0
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement)) continue
      const start = statement.getStart(source)
      body += code.slice(at, start) + '\n'.repeat(countLines(code.slice(start, statement.end)))
      at = statement.end
      const fresh = freshImport(statement, source, seen)
      if (fresh !== undefined) imports.push(fresh)
    }
    // The imports go where the page has the opening fence; the code begins one line below, as on the page.
    text += '\n'.repeat(fence - countLines(text))
    text += `${imports.join('; ')};${run ? '' : '(async () => {'}\n${body}${code.slice(at)}\n${run ? '' : '})'};`
  }
  return `${text}\nexport {}\n`
}

const markdownIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))

/** Every page that a reader may copy from: README.md, docs/, and the README of each package. */
export const pages = (): readonly string[] =>
  [
    'README.md',
    ...[...markdownIn('docs')].sort(),
    ...readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md')),
  ].filter((page) => ts.sys.fileExists(join(root, page)))

/** A page's blocks. */
export const readBlocks = (page: string): readonly Block[] => blocksOf(readFileSync(join(root, page), 'utf8'))

const writeModule = (page: string, part: number, kind: 'run' | 'types', text: string): string => {
  const path = join(output, kind, `${page}.${part}.ts`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** Runs the blocks of a page, in order. Rejects with the page and line at fault before the message. */
export const runPage = async (page: string, blocks: readonly Block[]): Promise<void> => {
  for (const [i, part] of partsOf(blocks).entries()) {
    const path = writeModule(page, i, 'run', moduleOf(part, { all: false }))
    try {
      await import(/* @vite-ignore */ path)
    } catch (error) {
      const stack = error instanceof Error ? (error.stack ?? '') : ''
      const line = stack.split(`${path}:`)[1]?.match(/^\d+/)?.[0]
      const message = error instanceof Error ? error.message : String(error)
      throw new Error(`${page}${line === undefined ? '' : `:${line}`}: ${message}`, { cause: error })
    }
  }
}

/** Type-checks the blocks of all pages as one program, under the options of the project. Gives `page:line:column message` for each error. */
export const checkPages = (contents: readonly (readonly [page: string, blocks: readonly Block[]])[]): readonly string[] => {
  const files = contents.flatMap(([page, blocks]) =>
    partsOf(blocks).map((part, i) => ({ page, path: writeModule(page, i, 'types', moduleOf(part, { all: true })) })),
  )
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['vitest.config.ts'] }, ts.sys, root)
  const program = ts.createProgram(
    files.map(({ path }) => path),
    options,
  )
  return files.flatMap(({ page, path }) => {
    const source = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start, messageText, code }) => {
      const { line, character } = source?.getLineAndCharacterOfPosition(start ?? 0) ?? { line: 0, character: 0 }
      return `${page}:${line + 1}:${character + 1} TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  })
}
