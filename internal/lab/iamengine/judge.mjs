// Judges requests with npm's @cloud-copilot/iam-simulate: one in each line that comes in, a verdict in each that goes out.
// The argument is the folder that has node_modules.
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'

const { runSimulation } = createRequire(path.join(process.argv[2], 'x.js'))('@cloud-copilot/iam-simulate')

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { principal, action, resource, account, context, policies } = JSON.parse(line)
  const said = await runSimulation({
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
    identityPolicies: policies.map((policy, n) => ({ name: String(n), policy })),
    serviceControlPolicies: [], resourceControlPolicies: [],
  }, { simulationMode: 'Strict' })
  const verdict = said.resultType === 'error' ? 'error: ' + JSON.stringify(said.errors) : said.overallResult
  console.log(JSON.stringify(verdict))
}
