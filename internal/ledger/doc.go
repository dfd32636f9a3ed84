// Package ledger keeps the product's one DynamoDB table: locks, incidents with
// their events and evidence, and the quarantines of subnets.
//
// Conditions do the concurrency: nothing is read first in order to decide what
// is written. What is of value does not expire: an attribute expiresAt (epoch
// seconds), at which DynamoDB deletes an item, is in hours' counts, and in the
// state machine's records of findings that cut nothing.
//
// # Items
//
// Keys are pk and sk, both strings. Times are RFC 3339 in UTC with
// milliseconds, unless they are said to be epoch seconds.
//
//	LOCK      pk RESOURCE#<kind>#<account>#<region>#<id>, sk LOCK
//	          incident, owner (an execution's ARN), status, leaseUntil (epoch
//	          seconds), acquiredAt, and the findings that asked for it;
//	          lastReleased (the incident that it was freed for last), releasedAt;
//	          yieldedAt, failure (where the brake held the isolation)
//	INCIDENT  pk INCIDENT#<incident>, sk INCIDENT
//	          resource, status, finding (the first: id, type, severity, title),
//	          score, reasons, openedAt, containedAt, owner, subnets (a string
//	          set: those of every isolation); release (what became of each
//	          subnet, who released it and why), releasedIn (the execution)
//	EVENT     pk INCIDENT#<incident>, sk EVENT#<kind>#<id>; from the state
//	          machine, the id is the execution's name
//	          at, kind, by, text, id; where a finding joined also finding,
//	          findingType and score; where isolation failed also resource
//	HOLD      pk INCIDENT#<incident>, sk HOLD#<account>#<region>#<subnet>
//	          a pointer to a subnet's record, written in one transaction with it:
//	          resource, accountId, region, subnetId
//	EVIDENCE  pk EVIDENCE#<incident>, sk EVIDENCE#<name>
//	          name, sha256, bytes, takenAt, takenBy, body (a string, or gzip as
//	          binary)
//	SUBNET    pk SUBNET#<account>#<region>#<subnet>, sk QUARANTINE
//	          vpc, originalAcl, originalAssociation, recordedAt, quarantineAcl,
//	          association, verifiedAt, holders (a string set of incidents),
//	          releasing (the incident that began to release it)
//	HOUR      pk BRAKE#<account>#<region>, sk HOUR#<2026-01-15T09, UTC>
//	          string sets of what was isolated in that clock hour: instances, of
//	          the account; vpc#<VPC>, the instances in it; subnets#<VPC>, its
//	          <subnet>/<instance>; expiresAt
//	REQUEST   pk REQUEST#<request>, sk REQUEST
//	          purpose, incident, resource, finding, score, reasons, execution,
//	          askedAt, deadline, asked (a string set of channels), onSilence,
//	          reminders, status, decision, delivered; token, which is a secret,
//	          until the decision is delivered
//
// An event's key holds what makes it the same event. A function that is retried
// has a later clock, and so its events go without their time there; a state
// that is retried keeps the time at which it was entered. Readers rely on the
// prefix alone, and order events by their time.
//
// # The lock
//
// The state machine takes the lock with an UpdateItem of its own, so that it
// shows in the execution's history, on the condition
//
//	attribute_not_exists(pk)
//	OR status IN (released, failed)
//	OR (status IN (isolating, releasing) AND leaseUntil < now)
//	OR (status = isolating AND owner = me)
//
// It sets owner, status isolating, leaseUntil and acquiredAt outright and
// incident with if_not_exists; releasing removes incident, so that a failed
// incident is taken up again and a released one is not. Where the brake refuses
// an isolation, the state machine frees the lock the same way, for nothing was
// changed: status released, no incident; or, if the incident was there before,
// it makes it failed again. This package moves a
// lock from isolating to contained, from contained or failed to releasing, and
// from there to released, and only for its owner.
//
// # Releasing a subnet
//
// The last holder that lets go puts its incident into releasing, in the same
// write. It may put the original back as long as releasing names it and there
// are no holders. An incident that comes meanwhile becomes a holder; releasing stays
// on record until its isolation has replaced the association and read it back, so
// that a retry of that isolation sees it again.
package ledger
