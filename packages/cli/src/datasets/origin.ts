import { type TweedieError, tweedieError } from '@tweedie/core'

/** Where an original file comes from and what it looks like. */
export interface Origin {
  readonly name: 'power' | 'gas' | 'hepmass' | 'miniboone'
  /** As it is called where it comes from. */
  readonly file: string
  readonly url: string
  /** Rows and columns, in words. */
  readonly looks: string
}

/** The collection that holds the data as the authors of MAF prepared them. */
const prepared = 'https://zenodo.org/records/1161203'

export const origins = {
  power: {
    name: 'power',
    file: 'household_power_consumption.txt',
    url: 'https://archive.ics.uci.edu/dataset/235',
    looks: 'a header Date;Time;Global_active_power;… and 2,075,259 rows of nine cells between semicolons, missing ones as ?',
  },
  gas: {
    name: 'gas',
    file: 'ethylene_CO.txt',
    url: 'https://archive.ics.uci.edu/dataset/322',
    looks: 'a header Time (seconds), CO conc (ppm), … and 4,208,261 rows of 19 numbers between spaces',
  },
  hepmass: {
    name: 'hepmass',
    file: '1000_train.csv with 1000_test.csv beside it',
    url: 'https://archive.ics.uci.edu/dataset/347',
    looks: 'a header # label,f0,…,f26 and 7,000,000 rows (3,500,000 in 1000_test.csv) of a class, 0 or 1, and 27 numbers between commas',
  },
  miniboone: {
    name: 'miniboone',
    file: 'MiniBooNE_PID.txt, or data.npy of the folder miniboone',
    url: `https://archive.ics.uci.edu/dataset/199, or ${prepared}`,
    looks: 'a line 36499 93565 and 130,064 rows of 50 numbers between spaces; data.npy is an array of 36,488 × 43',
  },
} as const satisfies Record<string, Origin>

/** The sentence on where a file comes from and what it should look like; its first rows alone do as well. */
export const whereFrom = ({ file, url, looks }: Origin): string =>
  `Give the path of ${file} from ${url}: ${looks}. Its first rows alone do, and .gz does`

/** The refusal of a file that is not the original: `InvalidTable`. */
export const otherFile = (origin: Origin, where: string, what: string): TweedieError =>
  tweedieError('InvalidTable', where, `${what}, which ${origin.name.toUpperCase()} has not`, whereFrom(origin))
