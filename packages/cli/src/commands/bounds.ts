/** What a good fit stays within; the report marks each number against it. */
export const bounds = {
  /** Mean per-column KL over that of training rows, in nats. */
  klAboveFloor: 0.05,
  /** Energy distance over that of training rows. */
  energyAboveFloor: 0.02,
  /** Median distance to the nearest training row over that of held-out rows. */
  ratio: [0.7, 2.5],
} as const
