import type { Claim } from '@tweedie/cem'
import type { StoredExperiment } from '../reproduce/experiment-folder.js'
import { reportPath } from '../reproduce/write-report.js'

const sign: Readonly<Record<Claim['verdict'], string>> = {
  reproduced: '+',
  'not reproduced': '-',
  'reproduced under a condition': '~',
}

/** What `reproduce` prints at the end: the statements and verdicts of the experiments asked for, and where the report is. */
export const reproduceText = (out: string, names: readonly string[], experiments: readonly StoredExperiment[]): string =>
  [
    ...experiments
      .filter(({ result }) => names.includes(result.name))
      .flatMap(({ result: { name, scale, seeds, claims } }) => [
        `${name} (${scale} scale, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')})`,
        ...claims.map(
          ({ statement, verdict, condition }) =>
            `  ${sign[verdict]} ${statement}: ${verdict}${condition === undefined ? '' : ` (${condition})`}`,
        ),
      ]),
    `report: ${reportPath(out)}`,
  ].join('\n')
