/** A value that changes, and those who are told of it. */
export interface Store<S> {
  readonly get: () => S
  readonly set: (change: Partial<S>) => void
  /** Acts at once, and again whenever one of the picked values is another. */
  readonly watch: (pick: (state: S) => readonly unknown[], act: (state: S) => void) => void
}

export const store = <S extends object>(initial: S): Store<S> => {
  let state = initial
  const watchers: ((state: S) => void)[] = []
  return {
    get: () => state,
    set: (change) => {
      state = { ...state, ...change }
      for (const watcher of watchers) watcher(state)
    },
    watch: (pick, act) => {
      let seen = pick(state)
      watchers.push((next) => {
        const picked = pick(next)
        if (picked.every((value, k) => value === seen[k])) return
        seen = picked
        act(next)
      })
      act(state)
    },
  }
}
