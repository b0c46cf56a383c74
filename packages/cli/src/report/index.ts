/** The report of a run: one self-contained page, and one picture. */
export { renderHeroSvg } from './hero.js'
export type {
  HistoryPoint,
  ReportBounds,
  ReportInput,
  ReportMemorisation,
  ReportMetrics,
  StageTiming,
  StageTimings,
  Trajectories,
} from './input.js'
export { renderReport } from './report.js'
