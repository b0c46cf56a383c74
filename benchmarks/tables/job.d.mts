export interface Job {
  readonly train: string
  readonly test: string
  readonly rows: number
  readonly seed: number
  readonly quick: boolean
  readonly [setting: string]: unknown
}
export interface Command {
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  readonly missing?: string
}
export interface Outcome {
  readonly missing?: string
  readonly name?: string
  readonly logLikelihood?: number
}
export const completed: (folder: string, job: Job) => Outcome | undefined
export const runMethod: (command: Command, folder: string, job: Job, seconds: number) => Promise<Outcome>
