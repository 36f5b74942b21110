/**
 * The SDK clients that not every run needs: each is loaded when it is first asked for, and only once. In a bundle every
 * `import()` of a CommonJS module makes a new object with a getter for each of its exports; made anew for each call of
 * AWS, these objects were an eighth of all that a run on a hundred services allocated.
 */
export const load = {
  applicationAutoScaling: once(() => import('@aws-sdk/client-application-auto-scaling')),
  cloudWatch: once(() => import('@aws-sdk/client-cloudwatch')),
  cloudWatchLogs: once(() => import('@aws-sdk/client-cloudwatch-logs')),
  codeDeploy: once(() => import('@aws-sdk/client-codedeploy')),
  ecr: once(() => import('@aws-sdk/client-ecr')),
  elasticLoadBalancing: once(() => import('@aws-sdk/client-elastic-load-balancing-v2')),
  route53: once(() => import('@aws-sdk/client-route-53')),
  sns: once(() => import('@aws-sdk/client-sns')),
}

function once<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | undefined
  return () => (loaded ??= load())
}
