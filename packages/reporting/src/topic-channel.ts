import { newsText, type Channel } from '@ecs-pipeline/action-kit'
import { createTopics, type TopicOptions } from '@ecs-pipeline/aws'
import { Unanswered } from '@ecs-pipeline/rollout'

/** An SNS topic, as a place where news goes. */
export const topicChannel = (topicArn: string, options: TopicOptions): Channel => ({
  name: 'The SNS topic',
  async send(news) {
    const message = newsText(news)
    try {
      await createTopics(options).publish({ topicArn, subject: news.title, message })
      return undefined
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      return `It is not known whether the SNS topic was notified: ${error.message}`
    }
  },
})
