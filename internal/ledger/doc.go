// Package ledger keeps the product's one DynamoDB table: locks, incidents with
// their events and evidence, and the quarantines of subnets.
//
// Conditions do the concurrency: nothing is read first in order to decide what
// is written. [Schema] has the kinds of items; docs/ledger.md says what they hold, why
// each stands in its partition, and on which conditions it is written.
package ledger
