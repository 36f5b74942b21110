/** A report, of one service or of several, in each of the forms in which it is told. */
import {
  isSetReport,
  newsOf,
  newsOfSet,
  type DeployReport,
  type ReportLinks,
  type ReportNews,
  type SetReport,
} from '@ecs-pipeline/rollout'
import { headline } from './annotation.ts'
import { outputsOf, outputsOfSet, type OutputName } from './outputs.ts'
import { renderSetSummary } from './set-summary.ts'
import { renderSummary } from './summary.ts'

export type RunReport = DeployReport | SetReport

export interface Telling {
  readonly outputs: Readonly<Record<OutputName, string>>
  readonly summary: () => readonly string[]
  readonly headline: string
  readonly news: (links: ReportLinks) => ReportNews | undefined
}

/** `file`: the path of report.json. */
export const tellingOf = (report: RunReport, file: string): Telling =>
  isSetReport(report)
    ? {
        outputs: outputsOfSet(report, file),
        summary: () => renderSetSummary(report),
        headline: setHeadline(report),
        news: (links) => newsOfSet(report, links),
      }
    : {
        outputs: outputsOf(report, file),
        summary: () => renderSummary(report),
        headline: headline(report),
        news: (links) => newsOf(report, links),
      }

/** One line for the annotation and the failed step. */
export const setHeadline = ({ outcome, reason }: SetReport): string => `${outcome}. ${reason}`
