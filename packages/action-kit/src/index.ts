export { cleanEnvironment, type Variables } from './clean-environment.ts'
export { isCacheProcess, runCacheProcess } from './cache/cache-process.ts'
export {
  createFolderCache,
  type FolderCache,
  type FolderCacheOptions,
  type Restored,
  type Saved,
} from './cache/folder-cache.ts'
export * from './documents/index.ts'
export * from './inputs/kinds.ts'
export * from './inputs/schema.ts'
export {
  bulletList,
  code,
  codeBlock,
  commentText,
  details,
  table,
  text as plainText,
  withCode,
} from './markdown.ts'
export type { Clock } from './clock.ts'
export { cut, oneLine, webAddress } from './foreign-text.ts'
export * from './log.ts'
export * from './outputs.ts'
export { BAD, GOOD } from './picture-colours.ts'
export * from './process-tree.ts'
export * from './programs.ts'
export * from './real-clock.ts'
export * from './report-file.ts'
export * from './run-action.ts'
export * from './run-context.ts'
export * from './state.ts'
export * from './summary.ts'
export {
  DEPLOYMENT_STATE,
  resumeDeployment,
  startDeployment,
  type DeploymentOptions,
  type DeploymentRecord,
  type DeploymentState,
} from './github/deployment.ts'
export { apiProblem, type Asked } from './github/api-problem.ts'
export type { ClientOptions } from './github/client.ts'
export {
  pullRequestComments,
  type CommentPage,
  type Comments,
  type CommentsOptions,
  type StoredComment,
} from './github/comments.ts'
export { readPullRequest, type PullRequestNow } from './github/pull-request.ts'
export type { RequestLimits } from './github/request-limits.ts'
export { notify, slackChannel, webhookChannel, type Channel } from './notify/channels.ts'
export { newsText, type Fact, type News, type NewsLinks, type Severity } from './notify/news.ts'
export { PATIENCE, SHORT_PATIENCE, type Delivery, type Patience } from './notify/post.ts'
