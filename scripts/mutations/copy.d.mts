/** The TypeScript of packages/<name>/src and tests/: texts by path from the root. */
export const readSources: (root: string) => Record<string, string>
