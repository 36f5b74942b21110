/** Every picture of a job summary that the documentation shows. */
import { tellingOf } from '@ecs-pipeline/reporting'
import { GATE_STORIES, gateSummaryOf } from './gate-stories.ts'
import { IMAGE_STORIES, imageSummaryOf } from './image-stories.ts'
import { pictureOf, reportOf, STORIES } from './stories.ts'

export interface Picture {
  readonly kind: string
  /** In docs/images. */
  readonly file: string
  readonly make: () => Promise<{ readonly title: string; readonly markdown: string }>
}

export const PICTURES: readonly Picture[] = [
  ...STORIES.map((story) => ({
    kind: story.kind,
    file: pictureOf(story),
    make: async () => {
      const report = await reportOf(story)
      const markdown = tellingOf(report, '').summary().join('\n\n')
      return { title: `${report.action} summary`, markdown }
    },
  })),
  ...IMAGE_STORIES.map((story) => ({
    kind: story.kind,
    file: `summary-${story.kind}.png`,
    make: async () => ({ title: 'ecr-push summary', markdown: await imageSummaryOf(story) }),
  })),
  ...GATE_STORIES.map((story) => ({
    kind: story.kind,
    file: `summary-${story.kind}.png`,
    make: async () => ({ title: 'quality-gate summary', markdown: await gateSummaryOf(story) }),
  })),
]
