import type { Fault } from './faults/index.mjs'

export type Sources = Readonly<Record<string, string>>
export type ImportGraph = Readonly<Record<string, readonly string[]>>

export const occurrences: (text: string, wanted: string) => number
export const withFault: (fault: Pick<Fault, 'id' | 'file' | 'from' | 'to'>, source: string) => string
export const importsOf: (source: string) => string[]
export const importGraph: (files: Sources) => ImportGraph
export const propertyTests: (files: Sources) => string[]
export const tier: (test: string, file: string) => 0 | 1 | 2 | 3
export const testsFor: (file: string, tests: readonly string[], graph: ImportGraph, seconds?: Readonly<Record<string, number>>) => string[]
export const sampleOf: <T>(items: readonly T[], count: number, seed: number) => T[]
