/** Rows that several stories would have alike. */
import { each } from '../story.ts'

/** What a good release shows as well: that it is refused, or that an optional question is not answered. */
export const LIKE_A_GOOD_RELEASE = [
  ...each('preflight', 'DescribeServices', 'DescribeTaskDefinition', 'BatchGetImage'),
  ...each('preflight', 'DescribeTargetGroups', 'GetMetricData', 'DescribeTargetHealth'),
  ...each('preflight', 'ListTasks', 'DescribeTasks'),
  ...each('register', 'RegisterTaskDefinition'),
]

/** What users get at the end is asked alike in every run, and the shortest one shows it. */
export const LAST_LOOK = [
  ...each('reporting', 'DescribeServices', 'ListTasks', 'DescribeTasks', 'DescribeTargetHealth'),
]
