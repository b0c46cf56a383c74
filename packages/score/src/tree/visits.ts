/** How many groups were looked at and how many points were summed, over all queries. */
export interface Visits {
  groups: number
  points: number
}
