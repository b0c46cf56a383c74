export interface Method {
  readonly name: string
  readonly label: string
  readonly script: string
  readonly floor?: boolean
  readonly snap?: boolean
  readonly needs?: readonly string[]
  readonly variant?: string
}
export const methods: readonly Method[]
export const ablation: readonly Method[]
export const methodsNamed: (text?: string) => readonly Method[]
export const chosenFor: (
  method: Method,
  folder: string,
) => { readonly variant?: string; readonly spread?: number; readonly step?: number | 'network' }
export const pythonWith: (modules: readonly string[]) => string | undefined
export const pythonCommand: (script: string, needs: readonly string[]) => import('./job.mjs').Command
export const commandOf: (method: Method) => import('./job.mjs').Command
