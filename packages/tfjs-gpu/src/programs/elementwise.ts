/** An elementwise operation whose operands broadcast. */
export interface Elementwise {
  readonly name: string
  /** Names of the operands. */
  readonly names: readonly string[]
  /** Functions that the value needs. */
  readonly functions: string
  /** The value, in terms of `nameValue` for each operand. */
  readonly value: string
}
