/**
 * The coefficients of RODASP, or Rodas4P (Steinebach 1995, "Order reduction of ROW methods for DAEs and method of lines applications"; code
 * RODAS of Hairer & Wanner, "Solving ODEs II", §IV.7, method 3), in the variables uᵢ that save products with J (eq. IV.7.25).
 */
export const gamma = 0.25

/** The times of the stages, as parts of the step: αᵢ. */
export const nodes = [0, 0.75, 0.21, 0.63, 1, 1] as const

/** The weights of the time derivative: γᵢ. */
export const slopes = [0.25, -0.5, -0.023504, -0.0362, 0, 0] as const

/** aᵢⱼ, row by row: the state of a stage. The sixth stage's is the embedded solution, and that plus u₆ is the solution. */
export const stages: readonly (readonly number[])[] = [
  [],
  [3],
  [1.831036793486759, 0.4955183967433795],
  [2.304376582692669, -0.05249275245743001, -1.176798761832782],
  [-7.170454962423024, -4.741636671481785, -16.31002631330971, -1.062004044111401],
  [-7.170454962423024, -4.741636671481785, -16.31002631330971, -1.062004044111401, 1],
]

/** cᵢⱼ, row by row: what the right-hand side of a stage's linear system has of the stages before. */
export const couplings: readonly (readonly number[])[] = [
  [],
  [-12],
  [-8.791795173947035, -2.207865586973518],
  [10.81793056857153, 6.780270611428266, 19.5348594464241],
  [34.19095006749676, 15.49671153725963, 54.7476087596413, 14.16005392148534],
  [34.62605830930532, 15.30084976114473, 56.99955578662667, 18.40807009793095, -5.714285714285717],
]

/** The dense output of order 3, x_t + θ (x_s − x_t) + θ (1 − θ)(q₀ + θ q₁): q₀ and q₁ as sums of u₁ … u₅. */
export const inside: readonly [readonly number[], readonly number[]] = [
  [25.09876703708589, 11.62013104361867, 28.49148307714626, -5.664021568594133, 0],
  [1.638054557396973, -0.7373619806678748, 8.47791821923899, 15.9925314877952, -1.882352941176471],
]
