package ledger

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What partition keys begin with.
const (
	prefixIncident = "INCIDENT#"
	prefixRequest  = "REQUEST#"
	prefixToken    = "TOKEN#"
	prefixLock     = "RESOURCE#" // see quarantine.LockKey
	prefixHold     = "HOLD#"
	prefixBrake    = "BRAKE#"
	prefixFinding  = "FINDING#" // the state machine's verdicts that cut nothing
	evidenceOf     = "EVIDENCE#"
)

// Sort keys, and what sort keys begin with.
const (
	sortRequest    = "REQUEST"
	sortToken      = "TOKEN"
	prefixQuestion = "QUESTION#"
	sortLock       = "LOCK"
	sortQuestion   = "QUESTION" // the state machine's, of who asks about a resource
	sortDrill      = "DRILL"
	prefixAlarm    = "FALSE-ALARM#" // and a type of finding: a pointer to the lock, for the list
	prefixVerdict  = "VERDICT#"     // the state machine's
	sortIncident   = "INCIDENT"
	sortObserved   = "OBSERVED" // the state machine's, of a finding that is observed
	sortHold       = "HOLD"
	sortMade       = "MADE"
	prefixEvent    = "EVENT#"
	prefixEvidence = "EVIDENCE#"
	sortWatch      = "WATCH"
	prefixDrift    = "DRIFT#"
)

type key = map[string]types.AttributeValue

func keyOf(pk, sk string) key {
	return key{
		partitionKey: &types.AttributeValueMemberS{Value: pk},
		sortKey:      &types.AttributeValueMemberS{Value: sk},
	}
}

func incidentPK(id string) string { return prefixIncident + id }

func lockKey(t quarantine.Resource) key { return keyOf(quarantine.LockKey(t), sortLock) }

// resourceOf is the resource whose lock's partition key it is; empty for any other.
func resourceOf(pk string) quarantine.Resource {
	parts := strings.SplitN(strings.TrimPrefix(pk, prefixLock), "#", 4)
	if !strings.HasPrefix(pk, prefixLock) || len(parts) != 4 {
		return quarantine.Resource{}
	}
	return quarantine.Resource{Kind: quarantine.Kind(parts[0]), AccountID: parts[1], Region: parts[2], ID: parts[3]}
}

func requestKey(id string) key { return keyOf(prefixRequest+id, sortRequest) }

func tokenKey(request string) key { return keyOf(prefixToken+request, sortToken) }

func questionKey(incident, request string) key {
	return keyOf(incidentPK(incident), prefixQuestion+request)
}

func incidentKey(id string) key { return keyOf(incidentPK(id), sortIncident) }

// evidencePK is the partition of an incident's evidence: it is apart from the
// incident's, so that forensics alone may write into it.
func evidencePK(incident string) string { return evidenceOf + incident }

func evidenceKey(incident, name string) key {
	return keyOf(evidencePK(incident), prefixEvidence+name)
}

// eventKey names the event by kind and id; an event without an id is one of
// its kind a millisecond.
func eventKey(incident string, e quarantine.Event) key {
	id := e.ID
	if id == "" {
		id = stamp(e.At)
	}
	return keyOf(incidentPK(incident), prefixEvent+string(e.Kind)+"#"+id)
}
